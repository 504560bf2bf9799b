"""Step: which capabilities the program was refused. Nobody knows whether it needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.capability_need import refused_to_program
from profilegen.policy.model import Severity

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft


def refused_capabilities(draft: Draft) -> Draft:
    """Note those that the profile does not keep for another reason."""
    seen = draft.recording
    refused = {check.capability for check in seen.capabilities if refused_to_program(check, seen.paths)}
    named = {other for rule in draft.capabilities for other in rule.instead}
    names = sorted(capability.docker for capability in refused - draft.kept - named)
    verb = "was" if len(names) == 1 else "were"
    return draft.note_list(Severity.NOTE, f"{{}} {verb} refused while recording", names)
