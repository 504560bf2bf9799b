"""Step: a call that its ABI has no number for is left out; no filter would know what to do with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.model import Severity
from profilegen.syscalls import table

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft
    from profilegen.recording import RefusedSyscall, Syscall


def existing_calls(draft: Draft) -> Draft:
    """Keep the calls, and the refused ones, that the tables know."""
    recording = draft.recording
    items: tuple[Syscall | RefusedSyscall, ...] = (*recording.syscalls, *recording.refused)
    unknown = sorted({(item.abi, item.name) for item in items if not _exists(item)})
    if not unknown:
        return draft
    kept = recording.model_copy(
        update={
            "syscalls": tuple(item for item in recording.syscalls if _exists(item)),
            "refused": tuple(item for item in recording.refused if _exists(item)),
        }
    )
    notes = (f"{name} is left out: the table of {abi} has no such call" for abi, name in unknown)
    return replace(draft, recording=kept).note(Severity.NOTE, *notes)


def _exists(item: Syscall | RefusedSyscall) -> bool:
    return table(item.abi).number(item.name) is not None
