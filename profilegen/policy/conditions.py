"""Step: a call that Docker's default allows under conditions keeps them.

A list of values (personality) shrinks to the recorded ones. A range or a mask (socket, clone) stays
whole, and what was seen beyond it is added; the guard then names it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.comparison import Operator
from profilegen.multiplexed import multiplexed
from profilegen.policy.compare import admits, exactly
from profilegen.policy.default import DOCKER, Alternatives
from profilegen.policy.model import Reason, Severity, SyscallRule, Why

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.policy.draft import Draft
    from profilegen.policy.model import Condition


def conditioned(draft: Draft) -> Draft:
    """Make a rule of every allowed name."""
    rules = []
    for name, reasons in sorted(draft.allowed.items()):
        measure = draft.measure if draft.measure.opened(name, draft.arch, frozenset()) else DOCKER
        base = measure.opened(name, draft.arch, frozenset())
        if not base:
            rules.append(SyscallRule(name=name, reasons=reasons))
            continue
        kept = Reason(why=Why.DEFAULT_CONDITION, text=f"{measure.title} allows it under conditions only")
        conditions = _alternatives(name, base, _seen(draft, name))
        rules.append(SyscallRule(name=name, conditions=conditions, reasons=(*reasons, kept)))
        for abi in draft.abis:
            if name in multiplexed(abi):
                draft = draft.note(
                    Severity.NOTE,
                    f"the conditions of {name} do not hold for {abi} calls: "
                    f"{multiplexed(abi)[name].call} keeps its arguments "
                    "in memory, where no filter looks (Docker's default has the same gap)",
                )
    return replace(draft, rules=tuple(rules))


def _seen(draft: Draft, name: str) -> tuple[dict[int, int], ...]:
    """The recorded combinations of arguments by index; of one that is there twice nothing is known."""
    combinations = (item.values for item in draft.recording.arguments if item.name == name)
    return tuple(dict(values) for values in combinations if len(dict(values)) == len(values))


def _alternatives(name: str, base: Alternatives, seen: tuple[dict[int, int], ...]) -> Alternatives:
    judged = {condition.index for conditions in base for condition in conditions}
    values = [
        {index: value for index, value in combination.items() if index in judged}
        for combination in seen
        if judged <= combination.keys()
    ]
    listed = all(condition.operator is Operator.EQUAL for conditions in base for condition in conditions)
    if listed and values:
        return _sorted(exactly(name, combination) for combination in values)
    return (
        *base,
        *_sorted(exactly(name, combination) for combination in values if not admits(base, combination)),
    )


def _sorted(alternatives: Iterable[tuple[Condition, ...]]) -> Alternatives:
    return tuple(sorted(set(alternatives), key=lambda one: [(c.index, c.value_two) for c in one]))
