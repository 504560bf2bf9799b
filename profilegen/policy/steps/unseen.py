"""Step: say what the recorded runs did not show, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.model import Severity
from profilegen.recording.unseen import unseen
from profilegen.text import printable

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft


def unseen_circumstances(draft: Draft) -> Draft:
    """Note each, but for an init whose calls are added anyway."""
    found = (one for one in unseen(draft.seen) if not (one.emit_adds and draft.options.init))
    return draft.note(Severity.NOTE, *(f"not seen: {printable(one.text)}; {one.advice}" for one in found))
