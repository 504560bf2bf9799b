"""What came of a recording, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profilegen.recording import Phase, Recording, SeccompMode

if TYPE_CHECKING:
    from pathlib import Path

    from profilegen.errors import ProfilegenError


@dataclass(frozen=True, slots=True)
class Outcome:
    """Files, the command's status (None without a command), what to report."""

    files: dict[Path, Recording]
    status: int | None
    problem: ProfilegenError | None = None

    @staticmethod
    def summary(recording: Recording) -> str:
        """One line of numbers."""
        calls = {call.name for call in recording.syscalls if Phase.APP in call.phases}
        parts = [f"{len(recording.containers)} container(s)", f"{len(calls)} system calls"]
        checks = {check.capability for check in recording.capabilities if check.granted}
        if checks:
            parts.append(f"{len(checks)} capabilities checked")
        if recording.refused:
            parts.append(f"{len({call.name for call in recording.refused})} refused")
        if any(container.seccomp is SeccompMode.UNCONFINED for container in recording.containers):
            parts.append("no seccomp filter was active")
        if any(container.late for container in recording.containers):
            parts.append("late: the start is missing")
        return ", ".join(parts)

    @staticmethod
    def gaps(recording: Recording) -> tuple[str, ...]:
        """What was dropped while recording: each keeps the profiles from being the whole truth."""
        lost = [f"lost {item.count} {item.what} (a table was full)" for item in recording.completeness.lost]
        unnamed = [
            f"system call {call.number} ({call.abi}) ran and has no name in this profilegen"
            for call in recording.completeness.unknown_syscalls
            if call.executed
        ]
        return (*lost, *unnamed)
