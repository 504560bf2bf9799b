"""What is missing in a recording: what the tracer dropped, could not name, or came too late to see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from profilegen.text import listed, printable
from profilegen.vocabulary import Lost

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from profilegen.abi import Abi
    from profilegen.recording.evidence.containers import Container
    from profilegen.recording.model import Recording


_NAMED = 6
"""Numbers that a sentence names."""
_LONGEST = 64  # characters of a name

_SKIPPED = "the kernel skipped a program of the tracer"
_FULL = "a table was full"
_REASONS = {
    Lost.EVENTS: _SKIPPED,
    Lost.PROGRAMS: f"{_FULL}, or {_SKIPPED}",
    Lost.ANSWERED_SYSCALLS: "too many of a program's own filter waited at once",
}


class GapKind(StrEnum):
    """What kind of thing is missing, for readers that do not mind all of them."""

    LOST = "lost"
    LOST_PATHS = "lost paths"
    """Which only AppArmor profiles need."""
    UNNAMED = "unnamed"
    """Calls that ran and have no name."""
    LATE_START = "late start"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing in a recording."""

    kind: GapKind
    count: int
    """Of what ``text`` names: events, calls, containers."""
    text: str
    """A sentence for users, safe to print."""


def gaps(recording: Recording) -> tuple[Gap, ...]:
    """Everything that is missing; nothing is the usual case."""
    return (*_lost(recording), *_executed(recording), *_late(recording))


def _lost(recording: Recording) -> Iterator[Gap]:
    for item in recording.completeness.lost:
        kind = GapKind.LOST_PATHS if item.what is Lost.PATHS else GapKind.LOST
        words = item.what.replace("_", " ")
        noun = words.removesuffix("s") if item.count == 1 else words
        yield Gap(kind, item.count, f"lost {item.count} {noun} ({_REASONS.get(item.what, _FULL)})")


def _executed(recording: Recording) -> Iterator[Gap]:
    for abi, numbers in unnamed(recording, executed=True):
        yield Gap(GapKind.UNNAMED, len(numbers), _sentence(abi, numbers, "ran"))


def _late(recording: Recording) -> Iterator[Gap]:
    for container in late_starts(recording):
        name = printable(container.name or container.id[:12], _LONGEST)
        yield Gap(GapKind.LATE_START, 1, f"{name} was already running: its start is missing")


def late_starts(recording: Recording) -> tuple[Container, ...]:
    """Containers that ran before the recorder did, unless the start of another one of the image was seen."""
    seen = {container.image_id for container in recording.containers if not container.late}
    return tuple(
        container for container in recording.containers if container.late and container.image_id not in seen
    )


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
