"""Step: what the allowed calls open (``risks.csv``).

A dangerous call counts wherever it is allowed, Docker's default or not: few programs make one. Dangerous
arguments of a common call (``ioctl``, ``socket``, ``clone``) count if a rule is for them in particular, or
if Docker's default would refuse them to a container without capabilities.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.containment import meet
from profilegen.policy.compare import allows, covers
from profilegen.policy.default import opened
from profilegen.policy.model import Condition, RiskNote
from profilegen.risks import Risk, risks

if TYPE_CHECKING:
    from profilegen.policy.default import Alternatives
    from profilegen.policy.draft import Draft
    from profilegen.policy.model import SyscallRule


def dangers_left(draft: Draft) -> Draft:
    """Note what the finished rules leave open."""
    left = tuple(
        RiskNote(
            name=risk.name,
            conditions=tuple(Condition(**check._asdict()) for check in risk.conditions),
            opens=risk.opens,
            source=risk.source,
        )
        for rule in draft.rules
        if rule.errno is None
        for risk in risks().get(rule.name, ())
        if _leaves(rule, risk, opened(rule.name, draft.arch, frozenset()))
    )
    return replace(draft, risks=left)


def _leaves(rule: SyscallRule, risk: Risk, base: Alternatives | None) -> bool:
    if not risk.conditions:
        return True
    return any(
        covers((risk.conditions,), conditions)
        or (meet(conditions, risk.conditions) and not allows(base, (*conditions, *risk.conditions)))
        for conditions in rule.conditions or ((),)
    )
