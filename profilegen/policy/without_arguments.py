"""Conditions that let through what others do, less some arguments.

A profile can say "this value" of an argument whose upper half is noise (``int``), never "any value but this
one": SCMP_CMP_NE compares 64 bits, and a program that sets one of the upper bits gets around it. So what is
left must be said value by value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.conditions import WHOLE_INT, Condition, Operator, in_words
from profilegen.seccomp.matching import admits, covers
from profilegen.seccomp.subset import overlap
from profilegen.tables.sockets import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.conditions import Alternatives, Conjunction

_FIRST_IS_A_FAMILY = ("socket", "socketpair")


class CannotExcludeError(Exception):
    """An alternative lets through both what is denied and what is not, and cannot be split."""


def without(name: str, alternatives: Alternatives, denied: Conjunction) -> Alternatives:
    """The alternatives that let through the rest; none: nothing is left.

    Args:
        name: of the call.
        alternatives: what it is allowed with; none: whatever the arguments are.
        denied: the arguments that shall be refused; at least one condition.

    Raises:
        CannotExcludeError: the rest has no form that libseccomp would keep to.
    """
    left = []
    for one in _split(name, alternatives or ((),), denied):
        if not overlap(one, denied):
            left.append(one)
        elif not covers([denied], one):
            raise CannotExcludeError(f"it is allowed with {in_words(one) or 'any arguments'}")
    return tuple(left)


def _split(name: str, alternatives: Alternatives, denied: Conjunction) -> Iterator[Conjunction]:
    """The alternatives, those of sockets that have a range of families as one for each known family."""
    for one in alternatives:
        of_family = [condition for condition in one if condition.index == 0]
        others = tuple(condition for condition in one if condition.index != 0)
        mixed = overlap(one, denied) and not covers([denied], one)
        if mixed and name in _FIRST_IS_A_FAMILY and not _is_one_value(of_family):
            for number in sorted(names("family")):
                if not of_family or admits((tuple(of_family),), {0: number}):
                    yield (Condition(0, Operator.MASKED_EQUAL, WHOLE_INT, number), *others)
        else:
            yield one


def _is_one_value(conditions: list[Condition]) -> bool:
    return any(one.operator in (Operator.EQUAL, Operator.MASKED_EQUAL) for one in conditions)
