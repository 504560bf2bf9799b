"""What keeps a recording from being the whole truth because the tracer had to drop or could not name it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from profilegen.text import listed
from profilegen.vocabulary import Lost

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from profilegen.abi import Abi
    from profilegen.recording.evidence.containers import Container
    from profilegen.recording.model import Recording


_NAMED = 6
"""Numbers that a sentence names."""

_SKIPPED = "the kernel skipped a program of the tracer"
_FULL = "a table was full"
_REASONS = {
    Lost.EVENTS: _SKIPPED,
    Lost.PROGRAMS: f"{_FULL}, or {_SKIPPED}",
    Lost.ANSWERED_SYSCALLS: "too many of a program's own filter waited at once",
}


def gaps(recording: Recording) -> tuple[str, ...]:
    """One sentence for each gap; none is the usual case."""
    lost = [
        f"lost {item.count} {item.what} ({_REASONS.get(item.what, _FULL)})"
        for item in recording.completeness.lost
    ]
    return (*lost, *(_sentence(abi, numbers, "ran") for abi, numbers in unnamed(recording, executed=True)))


def late_starts(recording: Recording) -> tuple[Container, ...]:
    """Containers that ran before the recorder did, unless the start of another one of the image was seen."""
    seen = {one.image_id for one in recording.containers if not one.late}
    return tuple(one for one in recording.containers if one.late and one.image_id not in seen)


def answered_enosys(recording: Recording) -> tuple[str, ...]:
    """One sentence for the numbers of each ABI that were tried in vain: probes of a newer libc, no gap."""
    tried = "were answered ENOSYS"
    return tuple(_sentence(abi, numbers, tried) for abi, numbers in unnamed(recording, executed=False))


def unnamed(recording: Recording, *, executed: bool) -> Iterator[tuple[Abi, tuple[str, ...]]]:
    """Numbers that have no name, by ABI: those that ran, or those that were answered ENOSYS."""
    calls = (call for call in recording.completeness.unknown_syscalls if call.executed is executed)
    for abi, group in groupby(calls, key=lambda call: call.abi):
        yield abi, tuple(str(call.number) for call in group)


def _sentence(abi: Abi, numbers: Sequence[str], what: str) -> str:
    some = f"{listed(numbers, _NAMED)} ({abi})"
    if len(numbers) == 1:
        return f"system call {some} {what.replace('were', 'was')} and has no name in this profilegen"
    return f"system calls {some} {what} and have no name in this profilegen"
