"""Step: which capabilities the container keeps.

A granted check is not yet a need (:mod:`profilegen.policy.capability_need`), and what remains may still be
dispensable: a program that tries, and carries on without. Only running it again tells.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.capability_need import CapabilityClass, capability_class, execve_needs, needed_checks
from profilegen.policy.model import CapabilityRule, Reason, Severity, What, Why, Wider
from profilegen.recording import CapabilityUse
from profilegen.tables.capabilities.capability_powers import powers
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.capabilities import Capability
    from profilegen.policy.draft import Draft
    from profilegen.recording import CapabilityCheck
    from profilegen.seccomp.reference import Reference


_NAMED = 8
"""Programs that a note names."""


def kept_capabilities(draft: Draft) -> Draft:
    """The capabilities that the program itself needs, with who asked; those beyond the measure's named."""
    reasons: dict[Capability, set[str]] = defaultdict(set)
    for check in needed_checks(draft.recording):
        if len(check.enough) == 1:
            reasons[check.capability].add(reason_of(check))
    for file in draft.recording.executed:
        for capability in execve_needs(file):
            reasons[capability].add(f"a file capability of {file.path}, whose execve fails without it")
    rules = tuple(
        CapabilityRule(
            capability=capability,
            reasons=tuple(Reason(why=Why.OBSERVED, text=text) for text in sorted(texts)),
        )
        for capability, texts in sorted(reasons.items())
    )
    draft = keep(draft, rules)
    draft = draft.note_list(Severity.NOTE, _CHOSEN, _chosen(draft))
    gone = sorted({file.path for file in draft.recording.executed if not file.examined})
    return draft.note(Severity.NOTE, _unread(gone)) if gone else draft


def keep(draft: Draft, rules: Iterable[CapabilityRule]) -> Draft:
    """Keep these too; those beyond the measure's are named."""
    new = tuple(rules)
    beyond = (rule for rule in new if rule.capability not in draft.measure.capabilities)
    every = tuple(sorted((*draft.capabilities, *new), key=lambda rule: rule.capability))
    return replace(draft, capabilities=every).widen(_wider(rule, draft.measure) for rule in beyond)


_CHOSEN = "a program kept {} of what it had (capset): if it fails without, add by hand"


def _chosen(draft: Draft) -> list[str]:
    """What programs chose to keep, and the profile does not."""
    checks = draft.recording.capabilities
    chosen = {check.capability for check in checks if capability_class(check) is CapabilityClass.CHOSEN}
    return sorted(capability.docker for capability in chosen - draft.kept)


def dropped_capabilities(draft: Draft) -> tuple[Capability, ...]:
    """What the container had while it was recorded and does not need, sorted."""
    had = {capability for one in draft.recording.containers for capability in one.bounding_set}
    return tuple(sorted(had - {rule.capability for rule in draft.capabilities}))


def _opens(capability: Capability) -> str:
    text, opens = f"{capability.docker} is kept", powers()[capability].opens
    return f"{text}: it opens {opens}" if opens else text


def _unread(paths: list[str]) -> str:
    shown = [printable(path, 100) for path in paths[:_NAMED]]
    if len(shown) == 1:
        return (
            f"could not read the file capabilities of {shown[0]}: "
            f"if it has any (getcap {shown[0]}), add them by hand"
        )
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return (
        f"could not read the file capabilities of {', '.join(shown)}{more}: "
        "if one has any (getcap FILE), add them by hand"
    )


def _wider(rule: CapabilityRule, measure: Reference) -> Wider:
    """A rule for a capability that the measure does not give."""
    text = _opens(rule.capability)
    if measure.flags:
        text = f"{rule.capability.docker}, {rule.reasons[0].text}; {measure.flags} does not add it"
    return Wider(what=What.CAPABILITY, name=rule.capability.value, reasons=rule.reasons, text=text)


_LOOKED_AT = {
    CapabilityUse.INHERITABLE: "made inheritable by {}",
    CapabilityUse.AMBIENT: "made ambient by {}",
    CapabilityUse.PERMITTED: "one of the fixed list that {} keeps",
    CapabilityUse.USER_NAMESPACE: "{} made a user namespace that maps root (from Linux 5.12 on)",
}
"""Reasons of needs that no check shows."""


def reason_of(check: CapabilityCheck) -> str:
    """In words who was granted it, in which call, and who asked in the kernel."""
    who = printable(check.programs[0], 200) if check.programs else "a program"
    if check.use in _LOOKED_AT:
        return _LOOKED_AT[check.use].replace("{}", who)
    call = f" in {' '.join(check.syscalls)}" if check.syscalls else ""
    kernel = f" ({check.askers[0]})" if check.askers else ""
    return f"granted to {who}{call}{kernel}"
