"""Step: what the allowed calls open.

A dangerous call counts wherever it is allowed, Docker's default or not: few programs make one. Dangerous
arguments of a common call (``ioctl``, ``socket``, ``clone``) count if a rule is for them in particular, or
if Docker's default would refuse them to a container without capabilities. Those of a sub-call of
``socketcall`` or ``ipc`` count wherever that sub-call is allowed: they lie in memory, where no filter looks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.conditions import Condition, Operator
from profilegen.policy.model import RiskNote
from profilegen.seccomp.matching import allows, covers
from profilegen.seccomp.reference import DOCKER
from profilegen.seccomp.subset import overlap
from profilegen.tables.arguments import masks
from profilegen.tables.multiplexed import multiplexed
from profilegen.tables.risks import Risk, risks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.abi import Abi
    from profilegen.conditions import Alternatives, Conjunction
    from profilegen.policy.draft import Draft
    from profilegen.policy.model import SyscallRule
    from profilegen.tables.multiplexed import SubCall


def dangers_left(draft: Draft) -> Draft:
    """Note what the finished rules leave open."""
    allowing = [rule for rule in draft.rules if rule.errno is None]
    left = tuple(
        _note(risk.name, risk.conditions, risk.opens, risk)
        for rule in allowing
        for risk in risks().get(rule.name, ())
        if _leaves(rule, risk, DOCKER.allows_for(rule.name, draft.arch, frozenset()))
    )
    behind = (note for rule in allowing for note in _behind(draft, rule))
    return replace(draft, risks=tuple(sorted((*left, *behind), key=lambda note: note.name)))


def _behind(draft: Draft, rule: SyscallRule) -> Iterator[RiskNote]:
    """What the allowed sub-calls of a multiplexer open, on the first ABI that has it."""
    abi = next((one for one in draft.abis if any(sub.call == rule.name for sub in _sub_calls(one))), None)
    if abi is None:
        return
    mask = dict(masks(abi)[rule.name])[0]
    for sub in _sub_calls(abi):
        number = (Condition(0, Operator.MASKED_EQUAL, mask, sub.number),)
        if sub.call == rule.name and any(overlap(one, number) for one in rule.conditions or ((),)):
            for risk in risks().get(sub.name, ()):
                how = f"{risk.opens} (through its sub-call {sub.name}, whose arguments no filter sees)"
                yield _note(rule.name, number, how, risk)


def _sub_calls(abi: Abi) -> Iterable[SubCall]:
    return multiplexed(abi).values()


def _note(name: str, conditions: Conjunction, opens: str, risk: Risk) -> RiskNote:
    return RiskNote(
        name=name,
        conditions=conditions,
        opens=opens,
        source=risk.source,
    )


def _leaves(rule: SyscallRule, risk: Risk, base: Alternatives | None) -> bool:
    if not risk.conditions:
        return True
    return any(
        covers((risk.conditions,), conditions)
        or (overlap(conditions, risk.conditions) and not allows(base, (*conditions, *risk.conditions)))
        for conditions in rule.conditions or ((),)
    )
