"""Conditions of a reference profile as rules of a profile, which cannot say all that it can.

Two comparisons of one argument in one rule are alternatives for runc and crun, so each argument is compared
once. Several rules for one call that compare several arguments, not for equality alone, are left out:
libseccomp 2.5.4 makes a wrong filter of them, or none in any time.
"""

from __future__ import annotations

from itertools import groupby, islice, product
from typing import TYPE_CHECKING

from profilegen.conditions import Operator
from profilegen.seccomp.difference import one_by_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.conditions import Alternatives, Conjunction

_MOST = 64
"""Rules of one call; those of Docker's and Podman's defaults come to less than ten."""

_EQUALITY = (Operator.EQUAL, Operator.MASKED_EQUAL)


def representable(alternatives: Iterable[Conjunction]) -> Alternatives:
    """Rules that let through what the alternatives do, or less where rules cannot say it."""
    found = tuple(islice(dict.fromkeys(rule for one in alternatives for rule in _rules(one)), _MOST + 1))
    if len(found) > 1:
        found = tuple(one for one in found if len(one) == 1 or _is_equality(one))
    return found if len(found) <= _MOST else ()


def _rules(conditions: Conjunction) -> Iterator[Conjunction]:
    by_index = groupby(sorted(conditions), key=lambda check: check.index)
    yield from product(*(tuple(one_by_one(tuple(checks))) for _, checks in by_index))


def _is_equality(rule: Conjunction) -> bool:
    return all(check.operator in _EQUALITY for check in rule)
