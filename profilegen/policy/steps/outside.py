"""Step: say what the recording leaves out, because it came from outside with more than the container has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.model import Severity
from profilegen.recording.left_out import left_out

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft


def programs_from_outside(draft: Draft) -> Draft:
    """Note them: who expects their calls in the profile learns why they are not."""
    return draft.note(Severity.NOTE, *left_out(draft.seen))
