"""What keeps a recording from being the whole truth because the tracer had to drop or could not name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.recording.model import Lost

if TYPE_CHECKING:
    from profilegen.recording.model import Recording


_SKIPPED = "the kernel skipped a program of the tracer"
_FULL = "a table was full"
_REASONS = {Lost.EVENTS: _SKIPPED, Lost.PROGRAMS: f"{_FULL}, or {_SKIPPED}"}


def gaps(recording: Recording) -> tuple[str, ...]:
    """One sentence for each gap; none is the usual case."""
    lost = [
        f"lost {item.count} {item.what} ({_REASONS.get(item.what, _FULL)})"
        for item in recording.completeness.lost
    ]
    unnamed = [
        f"system call {call.number} ({call.abi}) ran and has no name in this profilegen"
        for call in recording.completeness.unknown_syscalls
        if call.executed
    ]
    return (*lost, *unnamed)
