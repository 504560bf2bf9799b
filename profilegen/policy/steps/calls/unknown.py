"""Step: calls that no rule could be for are left out.

Those are calls that their ABI has no number for, and refused ones of an ABI that the profile does not list:
a filter kills the programs of an ABI that is not listed, whatever its rules say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.model import Severity
from profilegen.tables.syscalls import table

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft
    from profilegen.recording import RefusedSyscall, Syscall


def existing_calls(draft: Draft) -> Draft:
    """Keep the calls, and the refused ones, that the tables know."""
    recording = draft.recording
    items: tuple[Syscall | RefusedSyscall, ...] = (*recording.syscalls, *recording.refused)
    unknown = sorted({(item.abi, item.name) for item in items if not _exists(item)})
    unlisted = sorted({item.abi for item in recording.refused if item.abi not in draft.abis})
    if not unknown and not unlisted:
        return draft
    kept = recording.model_copy(
        update={
            "syscalls": tuple(item for item in recording.syscalls if _exists(item)),
            "refused": tuple(item for item in recording.refused if _exists(item) and item.abi in draft.abis),
        }
    )
    notes = [f"{name} is left out: the table of {abi} has no such call" for abi, name in unknown]
    notes += [
        f"{abi} calls were refused and none was made: the profile does not list {abi}, so they are killed"
        for abi in unlisted
    ]
    return replace(draft, recording=kept).note(Severity.NOTE, *notes)


def _exists(item: Syscall | RefusedSyscall) -> bool:
    return table(item.abi).number(item.name) is not None
