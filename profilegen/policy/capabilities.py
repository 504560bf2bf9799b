"""Step: which capabilities the container keeps.

A granted check is not yet a need. Measured on 27 workloads by dropping one capability at a time:
of all that were granted a third is needed, of those granted to the task's own credentials after its
execve three quarters, and one in a hundred needed ones is missing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.model import CapabilityRule, Reason, Why
from profilegen.policy.overcommit import is_about_memory
from profilegen.recording import Phase

if TYPE_CHECKING:
    from profilegen.capabilities import Capability
    from profilegen.policy.draft import Draft
    from profilegen.recording import CapabilityCheck


def kept_capabilities(draft: Draft) -> Draft:
    """The capabilities that the program itself was granted, with who asked and in which call."""
    reasons: dict[Capability, set[str]] = defaultdict(set)
    for check in draft.recording.capabilities:
        if _counts(check) and not is_about_memory(check, draft.recording):
            reasons[check.capability].add(_reason(check))
    rules = tuple(
        CapabilityRule(
            capability=capability,
            reasons=tuple(Reason(why=Why.OBSERVED, text=text) for text in sorted(texts)),
        )
        for capability, texts in sorted(reasons.items())
    )
    return replace(draft, capabilities=rules)


def _counts(check: CapabilityCheck) -> bool:
    return (
        check.granted
        and check.own_credentials  # overlayfs asks with its mounter's
        and check.own_user_namespace  # --cap-add is about no other
        and check.phase is Phase.APP  # before it runc sets user, groups and bounding set
    )


def _reason(check: CapabilityCheck) -> str:
    who = check.programs[0] if check.programs else "a program"
    call = f" in {' '.join(check.syscalls)}" if check.syscalls else ""
    return f"granted to {who}{call}"
