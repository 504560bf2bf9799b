"""Whether conditions let arguments through, as libseccomp compares them: 64 bits, unsigned."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from profilegen.arguments import masks
from profilegen.comparison import WHOLE_INT, Operator
from profilegen.policy.model import Condition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.policy.default import Alternatives

_COMPARED = {
    Operator.NOT_EQUAL: operator.ne,
    Operator.LESS: operator.lt,
    Operator.LESS_EQUAL: operator.le,
    Operator.EQUAL: operator.eq,
    Operator.GREATER_EQUAL: operator.ge,
    Operator.GREATER: operator.gt,
}


def holds(condition: Condition, value: int) -> bool:
    """Whether an argument with this value satisfies the condition."""
    if condition.operator is Operator.MASKED_EQUAL:
        return value & condition.value == condition.value_two
    return bool(_COMPARED[condition.operator](value, condition.value))


def admits(alternatives: Alternatives, values: Mapping[int, int]) -> bool:
    """Whether one of the alternatives lets arguments (by index) through; an unknown argument does not."""
    return any(
        all(
            condition.index in values and holds(condition, values[condition.index])
            for condition in conditions
        )
        for conditions in alternatives
    )


def covers(base: Alternatives, conditions: tuple[Condition, ...]) -> bool:
    """Whether the base lets through whatever these conditions do; in doubt it does not."""
    if conditions in base:
        return True
    exact = all(one.operator is Operator.MASKED_EQUAL and one.value == WHOLE_INT for one in conditions)
    return exact and admits(base, {one.index: one.value_two for one in conditions})


def exactly(name: str, values: Mapping[int, int]) -> tuple[Condition, ...]:
    """The conditions that hold for these recorded arguments of a call alone, sorted by index."""
    recorded = dict(masks().get(name, ()))
    return tuple(
        Condition(
            index=index,
            operator=Operator.MASKED_EQUAL,
            value=(mask := recorded.get(index, WHOLE_INT)),
            value_two=value & mask,
        )
        for index, value in sorted(values.items())
    )
