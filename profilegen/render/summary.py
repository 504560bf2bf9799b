"""A recording in one line, for the end of `profilegen record`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.recording import CONTAINERS_KEPT, Phase, SeccompMode

if TYPE_CHECKING:
    from profilegen.recording import Recording


def summary(recording: Recording) -> str:
    """How much of what was seen."""
    calls = {call.name for call in recording.syscalls if Phase.APP in call.phases}
    containers = len(recording.containers)
    noun = "or more container" if containers >= CONTAINERS_KEPT else "container"
    parts = [_count(containers, noun)] if containers else []
    parts.append(_count(len(calls), "system call"))
    if recording.refused:
        parts.append(f"{len({call.name for call in recording.refused})} refused")
    parts.append(_count(len(recording.executed), "program"))
    parts.append(_count(len(recording.paths), "file"))
    if any(container.seccomp is SeccompMode.UNCONFINED for container in recording.containers):
        parts.append("no seccomp filter was active")
    if any(container.late for container in recording.containers):
        parts.append("late: the start is missing")
    return ", ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
