"""Whether conditions let through only what others do too: decided exactly, for any register values.

Arguments are compared as libseccomp compares them, 64 bits and unsigned. What one conjunction lets through
is a product of sets, one an argument, each an interval cut with a mask; subtracting a conjunction from such
a product leaves products again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profilegen.conditions import WHOLE_INT, Condition, Operator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

HIGHEST = 2**64 - 1
_STEPS = 5_000
"""Pieces after which an answer is given up: an attacker's profile may have thousands of alternatives."""


class Values(NamedTuple):
    """The values of one argument from ``low`` to ``high`` that have ``bits`` under ``mask``."""

    low: int = 0
    high: int = HIGHEST
    mask: int = 0
    bits: int = 0

    def smallest(self) -> int | None:
        """The smallest value, None if there is none."""
        found = _at_least(self.low, self.mask, self.bits)
        return None if found is None or found > self.high else found

    def common(self, other: Values) -> Values | None:
        """What both have, None if that is nothing."""
        if (self.bits ^ other.bits) & self.mask & other.mask:
            return None
        both = Values(
            max(self.low, other.low),
            min(self.high, other.high),
            self.mask | other.mask,
            self.bits | other.bits,
        )
        return None if both.smallest() is None else both


Product = dict[int, Values]
"""Sets by the index of the argument; an index that is not there may have any value."""


class TooManyStepsError(Exception):
    """The question has no answer within the bound."""


def counterexample(
    conditions: Sequence[Condition], alternatives: Iterable[Sequence[Condition]]
) -> Mapping[int, int] | None:
    """Arguments that the conditions let through and none of the alternatives does; None: there are none.

    A condition on the whole lower half of a register alone is one on an int, whose upper half is noise to
    the kernel: the arguments with a clean upper half decide.

    Raises:
        TooManyStepsError: it would take too long to tell.
    """
    taken_away = list(alternatives)
    clean = tuple(
        Condition(one.index, Operator.LESS_EQUAL, WHOLE_INT)
        for one in conditions
        if one.operator is Operator.MASKED_EQUAL and one.value == WHOLE_INT
    )
    rest = [(product, 0) for product in products((*conditions, *clean))]
    steps = 0
    while rest:
        product, position = rest.pop()
        if position == len(taken_away):
            return {index: _some(values) for index, values in product.items()}
        pieces = _without(product, taken_away[position])
        steps += len(pieces) + 1
        if steps > _STEPS:
            raise TooManyStepsError
        rest.extend((piece, position + 1) for piece in pieces)
    return None


def overlap(one: Sequence[Condition], other: Sequence[Condition]) -> bool:
    """Whether some arguments satisfy both conjunctions."""
    return any(True for _ in products((*one, *other)))


def products(conditions: Iterable[Condition]) -> Iterator[Product]:
    """What a conjunction lets through, as products that have nothing in common."""
    products: list[Product] = [{}]
    for condition in conditions:
        products = list(_cut(products, condition.index, _inside(condition)))
    yield from products


def _without(product: Product, conditions: Sequence[Condition]) -> list[Product]:
    """The product less what the conjunction lets through; whole, if they have nothing in common."""
    inside = [[product]]
    for condition in conditions:
        inside.append(list(_cut(inside[-1], condition.index, _inside(condition))))
        if not inside[-1]:
            return [product]
    return [
        piece
        for condition, so_far in zip(conditions, inside, strict=False)
        for piece in _cut(so_far, condition.index, _outside(condition))
    ]


def _cut(products: Iterable[Product], index: int, sets: Iterable[Values]) -> Iterator[Product]:
    """The parts of the products in which the argument is in one of the sets."""
    choices = tuple(sets)
    for product in products:
        for values in choices:
            if (both := values.common(product.get(index, Values()))) is not None:
                yield {**product, index: both}


def _inside(condition: Condition) -> Iterator[Values]:
    value = condition.value
    match condition.operator:
        case Operator.MASKED_EQUAL:
            yield Values(mask=value, bits=condition.value_two & value)
        case Operator.EQUAL:
            yield Values(value, value)
        case Operator.NOT_EQUAL:
            yield from (*_interval(0, value - 1), *_interval(value + 1, HIGHEST))
        case Operator.LESS:
            yield from _interval(0, value - 1)
        case Operator.LESS_EQUAL:
            yield from _interval(0, value)
        case Operator.GREATER_EQUAL:
            yield from _interval(value, HIGHEST)
        case Operator.GREATER:
            yield from _interval(value + 1, HIGHEST)


_OPPOSITE = {
    Operator.EQUAL: Operator.NOT_EQUAL,
    Operator.NOT_EQUAL: Operator.EQUAL,
    Operator.LESS: Operator.GREATER_EQUAL,
    Operator.GREATER_EQUAL: Operator.LESS,
    Operator.GREATER: Operator.LESS_EQUAL,
    Operator.LESS_EQUAL: Operator.GREATER,
}


def _outside(condition: Condition) -> Iterator[Values]:
    """What does not satisfy the condition, as sets that have nothing in common."""
    for opposite in opposites(condition):
        yield from _inside(opposite)


def opposites(condition: Condition) -> Iterator[Condition]:
    """Comparisons one of which holds exactly where the condition does not, never two of them."""
    index, value, value_two = condition.index, condition.value, condition.value_two
    if condition.operator is not Operator.MASKED_EQUAL:
        yield Condition(index, _OPPOSITE[condition.operator], value)
        return
    above = 0
    for bit in (1 << place for place in reversed(range(64)) if value >> place & 1):
        flipped = (value_two & above) | (~value_two & bit)
        yield Condition(index, Operator.MASKED_EQUAL, above | bit, flipped)
        above |= bit


def _interval(low: int, high: int) -> tuple[Values, ...]:
    return (Values(low, high),) if low <= high else ()


def _at_least(low: int, mask: int, bits: int) -> int | None:
    """The smallest number from ``low`` on that has the bits: the fewest low digits of it are changed."""
    if low & mask == bits:
        return low
    for place in range(64):
        if not low >> place & 1:
            raised = (low >> place | 1) << place | bits & ((1 << place) - 1)
            if raised & mask == bits:
                return raised
    return None


def _some(values: Values) -> int:
    found = values.smallest()
    assert found is not None  # noqa: S101  a product has no empty set
    return found
