"""Rules of capabilities that are kept: enter them into the draft, say why, name those that are wider."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.model import What, Wider
from profilegen.recording import CapabilityUse
from profilegen.tables.capabilities.capability_powers import powers
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.capabilities import Capability
    from profilegen.policy.draft import Draft
    from profilegen.policy.model import CapabilityRule
    from profilegen.recording import CapabilityCheck
    from profilegen.seccomp.reference import Reference

_LOOKED_AT = {
    CapabilityUse.INHERITABLE: "made inheritable by {}",
    CapabilityUse.AMBIENT: "made ambient by {}",
    CapabilityUse.PERMITTED: "one of the fixed list that {} keeps",
    CapabilityUse.USER_NAMESPACE: "{} made a user namespace that maps root (from Linux 5.12 on)",
}
"""Reasons of needs that no check shows."""


def keep(draft: Draft, rules: Iterable[CapabilityRule]) -> Draft:
    """Keep these too; those beyond the measure's are named."""
    new = tuple(rules)
    beyond = (rule for rule in new if rule.capability not in draft.measure.capabilities)
    every = tuple(sorted((*draft.capabilities, *new), key=lambda rule: rule.capability))
    return replace(draft, capabilities=every).widen(_wider(rule, draft.measure) for rule in beyond)


def reason_of(check: CapabilityCheck) -> str:
    """The reason in words: which program was granted it, in which call, which kernel functions asked."""
    who = printable(check.programs[0], 200) if check.programs else "a program"
    if check.use in _LOOKED_AT:
        return _LOOKED_AT[check.use].replace("{}", who)
    call = f" in {' '.join(check.syscalls)}" if check.syscalls else ""
    kernel = f" ({check.askers[0]})" if check.askers else ""
    return f"granted to {who}{call}{kernel}"


def _wider(rule: CapabilityRule, measure: Reference) -> Wider:
    """A rule for a capability that the measure does not give."""
    text = _opens(rule.capability)
    if measure.flags:
        text = f"{rule.capability.docker}, {rule.reasons[0].text}; {measure.flags} does not add it"
    return Wider(what=What.CAPABILITY, name=rule.capability.value, reasons=rule.reasons, text=text)


def _opens(capability: Capability) -> str:
    text, opens = f"{capability.docker} is kept", powers()[capability].opens
    return f"{text}: it opens {opens}" if opens else text
