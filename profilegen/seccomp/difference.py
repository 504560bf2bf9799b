"""What some conjunctions let through and others do not, again as conjunctions and as single comparisons.

In the difference an argument may be compared more than once, as in ``argument 0 != 16 and argument 0 != 40``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.conditions import WHOLE_INT, Condition, Operator
from profilegen.seccomp.subset import HIGHEST, opposites, overlap, products

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from profilegen.conditions import Conjunction
    from profilegen.seccomp.subset import Values

_STEPS = 5_000
"""Comparisons after which nothing more is added: a hostile profile has thousands of alternatives."""


def less(opening: Iterable[Conjunction], closing: Sequence[Conjunction]) -> tuple[Conjunction, ...]:
    """What one of the first conjunctions lets through and none of the second does, as alternatives.

    It is exact up to a bound of work, and from there on nothing is added to it.
    """
    found: dict[Conjunction, None] = {}
    steps = 0
    for conditions in opening:
        pieces = [conditions]
        for other in closing:
            steps += sum(len(piece) + 1 for piece in pieces)
            if steps > _STEPS:
                return tuple(found)
            pieces = [rest for piece in pieces for rest in _apart(piece, other)]
        found |= dict.fromkeys(pieces)
    return tuple(found)


def one_by_one(conditions: Sequence[Condition]) -> Iterator[Condition]:
    """Single comparisons of one argument, any of which may hold, in place of several that must all hold.

    Where both a mask and a limit are among them, numbers beyond 32 bits are left out.
    """
    if len(conditions) == 1:
        yield from conditions
        return
    for product in products(conditions):
        for index, values in product.items():
            yield from _checks(index, values)


def _apart(piece: Conjunction, other: Conjunction) -> Iterator[Conjunction]:
    """The piece less what the other one lets through, as alternatives that have nothing in common."""
    if not overlap(piece, other):
        yield piece
        return
    for check in other:
        for opposite in opposites(check):
            rest = _and(piece, opposite)
            if overlap(rest, ()):
                yield rest
        piece = _and(piece, check)


def _and(piece: Conjunction, check: Condition) -> Conjunction:
    """Both, without the comparisons that say nothing more beside another."""
    if any(_implies(one, check) for one in piece):
        return piece
    return tuple(sorted((*(one for one in piece if not _implies(check, one)), check)))


def _implies(one: Condition, other: Condition) -> bool:
    return one.index == other.index and not any(overlap((one,), (not_it,)) for not_it in opposites(other))


def _checks(index: int, values: Values) -> Iterator[Condition]:
    low, high, mask, bits = values
    if (low, high) == (0, HIGHEST):
        yield Condition(index, Operator.MASKED_EQUAL, mask, bits)
    elif not mask and low == 0:
        yield Condition(index, Operator.LESS_EQUAL, high)
    elif not mask and high == HIGHEST:
        beyond_an_int = low > WHOLE_INT  # of which a 32-bit ABI would see the lower half alone
        yield (
            Condition(index, Operator.GREATER, low - 1)
            if beyond_an_int
            else Condition(index, Operator.GREATER_EQUAL, low)
        )
    else:
        yield from _blocks(index, values._replace(high=min(high, WHOLE_INT)))


def _blocks(index: int, values: Values) -> Iterator[Condition]:
    """An interval as blocks of numbers that differ in their last bits alone."""
    low, high, mask, bits = values
    while low <= high:
        size = low & -low or HIGHEST + 1
        while size > high - low + 1:
            size >>= 1
        block = HIGHEST & -size
        if not (low ^ bits) & mask & block:
            whole = mask | block
            yield (
                Condition(index, Operator.EQUAL, low | bits)
                if whole == HIGHEST
                else Condition(index, Operator.MASKED_EQUAL, whole, low | bits)
            )
        low += size
