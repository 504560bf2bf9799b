"""Step: capabilities that the project file allows or denies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.capability_rules import keep
from profilegen.policy.decisions import changes_nothing
from profilegen.policy.model import CapabilityRule, Reason, Severity, What, Why

if TYPE_CHECKING:
    from profilegen.capabilities import Capability
    from profilegen.policy.draft import Draft


def capabilities_by_hand(draft: Draft) -> Draft:
    """Keep what is allowed by hand, with the user's reason, and nothing that is denied."""
    chosen = [one for one in draft.options.decisions if one.capability is not None]
    denied = {one.capability for one in chosen if not one.allow}
    reasons: dict[Capability, list[Reason]] = {}
    for one in chosen:
        if one.allow and one.capability is not None and one.capability not in denied:
            reasons.setdefault(one.capability, []).append(Reason(why=Why.BY_HAND, text=one.said))
    known = {rule.capability for rule in draft.capabilities}
    unused = (changes_nothing(one) for one in chosen if one.allow and one.capability in known)
    draft = draft.note(Severity.NOTE, *unused)
    kept = tuple(
        rule.model_copy(update={"reasons": (*rule.reasons, *reasons.pop(rule.capability, ()))})
        for rule in draft.capabilities
        if rule.capability not in denied
    )
    gone = {one.value for one in denied if one is not None}
    wider = tuple(one for one in draft.wider if one.what is not What.CAPABILITY or one.name not in gone)
    unsaid = {one.text for one in draft.wider} - {one.text for one in wider}
    notes = tuple(one for one in draft.notes if one.text not in unsaid)
    draft = replace(draft, capabilities=kept, wider=wider, notes=notes)
    return keep(draft, (CapabilityRule(capability=one, reasons=tuple(its)) for one, its in reasons.items()))
