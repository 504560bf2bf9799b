"""Step: which capabilities the container keeps.

A granted check is not yet a need (:mod:`profilegen.policy.capability_need`), and what remains may still be
dispensable: a program that tries, and carries on without. Only running it again tells.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from profilegen.policy.capability_need import Need, execve_needs, need_of, needed_checks
from profilegen.policy.capability_rules import keep, reason_of
from profilegen.policy.model import CapabilityRule, Reason, Severity, Why
from profilegen.text import listed, printable

if TYPE_CHECKING:
    from profilegen.capabilities import Capability
    from profilegen.policy.draft import Draft


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


_CHOSEN = "a program kept {} of what it had (capset): if it fails without, add by hand"


def _chosen(draft: Draft) -> list[str]:
    """What programs chose to keep, and the profile does not."""
    checks = draft.recording.capabilities
    chosen = {check.capability for check in checks if need_of(check) is Need.CHOSEN}
    return sorted(capability.docker for capability in chosen - draft.kept)


def dropped_capabilities(draft: Draft) -> tuple[Capability, ...]:
    """What the container had while it was recorded and does not need, sorted."""
    had = {capability for one in draft.recording.containers for capability in one.bounding_set}
    return tuple(sorted(had - {rule.capability for rule in draft.capabilities}))


def _unread(paths: list[str]) -> str:
    shown = listed([printable(path, 100) for path in paths], _NAMED)
    has, file = ("it has", shown) if len(paths) == 1 else ("one has", "FILE")
    return f"could not read the file capabilities of {shown}: if {has} any (getcap {file}), add them by hand"
