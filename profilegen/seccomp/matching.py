"""Whether conditions let arguments through, as libseccomp compares them: 64 bits, unsigned."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from profilegen.conditions import WHOLE_INT, Condition, Operator
from profilegen.seccomp.subset import TooManyStepsError, counterexample
from profilegen.tables.arguments import masks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from profilegen.abi import Abi
    from profilegen.conditions import Alternatives, Conjunction

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


def satisfies(conditions: Iterable[Condition], values: Mapping[int, int]) -> bool:
    """Whether arguments (by index) satisfy all conditions; an unknown argument does not."""
    return all(
        condition.index in values and holds(condition, values[condition.index]) for condition in conditions
    )


def admits(alternatives: Alternatives, values: Mapping[int, int]) -> bool:
    """Whether one of the alternatives lets arguments (by index) through."""
    return any(satisfies(conditions, values) for conditions in alternatives)


def covers(base: Iterable[Sequence[Condition]], conditions: Sequence[Condition]) -> bool:
    """Whether the base lets through whatever these conditions do; in doubt it does not."""
    try:
        return counterexample(conditions, base) is None
    except TooManyStepsError:
        return False


def allows(base: Alternatives | None, conditions: Sequence[Condition]) -> bool:
    """True if a profile that allows the call under `base` allows everything these conditions allow."""
    return base is not None and (not base or covers(base, conditions))


def exactly(arch: Abi, name: str, values: Mapping[int, int]) -> Conjunction:
    """The conditions that hold for these recorded arguments of a call alone, sorted by index."""
    recorded = dict(masks(arch).get(name, ()))
    return tuple(
        Condition(
            index=index,
            operator=Operator.MASKED_EQUAL,
            value=(mask := recorded.get(index, WHOLE_INT)),
            value_two=value & mask,
        )
        for index, value in sorted(values.items())
    )
