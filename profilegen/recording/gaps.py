"""What keeps a recording from being the whole truth because the tracer had to drop or could not name it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from profilegen.recording.model import Lost
from profilegen.text import listed

if TYPE_CHECKING:
    from profilegen.arch import Abi
    from profilegen.recording.model import Recording


_NAMED = 6
"""Numbers that a sentence names."""

_SKIPPED = "the kernel skipped a program of the tracer"
_FULL = "a table was full"
_REASONS = {Lost.EVENTS: _SKIPPED, Lost.PROGRAMS: f"{_FULL}, or {_SKIPPED}"}


def gaps(recording: Recording) -> tuple[str, ...]:
    """One sentence for each gap; none is the usual case."""
    lost = [
        f"lost {item.count} {item.what} ({_REASONS.get(item.what, _FULL)})"
        for item in recording.completeness.lost
    ]
    ran = (call for call in recording.completeness.unknown_syscalls if call.executed)
    unnamed = [
        _unnamed(abi, [str(call.number) for call in calls])
        for abi, calls in groupby(ran, key=lambda call: call.abi)
    ]
    return (*lost, *unnamed)


def _unnamed(abi: Abi, numbers: list[str]) -> str:
    some = f"{listed(numbers, _NAMED)} ({abi})"
    if len(numbers) == 1:
        return f"system call {some} ran and has no name in this profilegen"
    return f"system calls {some} ran and have no name in this profilegen"
