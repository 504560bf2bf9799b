"""Step: how much the recording can be relied on, by how often things were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.model import Severity

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft


def seen_once(draft: Draft) -> Draft:
    """One run is not enough; of several, tell what only one of them saw."""
    runs = len(draft.seen.run_ids)
    if runs == 1:
        return draft.note(
            Severity.NOTE,
            "recorded in one run: another one may call more, so record again and emit from both",
        )
    names = {call.name for call in draft.seen.syscalls}
    once = sorted({call.name for call in draft.seen.syscalls if len(call.runs) == 1})
    if not once:
        return draft
    return draft.note(
        Severity.NOTE,
        f"seen in one of {runs} runs only ({len(once)} of {len(names)} calls): {' '.join(once)}",
    )
