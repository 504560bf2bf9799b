"""Step: how much the recording can be relied on, by how often things were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.model import Severity
from profilegen.recording.run_count import runs_of
from profilegen.text import counted

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft


def seen_once(draft: Draft) -> Draft:
    """One run is not enough; of several, tell what only one of them saw."""
    runs = runs_of(draft.seen)
    if runs.number == 1:
        return draft.note(
            Severity.NOTE, "one run only: another may need more; next: profilegen record --append ..."
        )
    names = {call.name for call in draft.seen.syscalls}
    once = sorted({call.name for call in draft.seen.syscalls if len(call.runs) == 1})
    if not once:
        return draft
    text = f"seen in one of {runs.words} only ({len(once)} of {counted(len(names), 'call')}): {{}}"
    return draft.note_list(Severity.NOTE, text, once)
