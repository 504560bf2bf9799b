"""A recording in one line, for the end of `profilegen record`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from profilegen.policy.capability_need import refused_to_program
from profilegen.recording import CONTAINERS_KEPT, Phase, SeccompMode
from profilegen.recording.gaps import late_starts
from profilegen.render.words import answer_name
from profilegen.text import counted, listed, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.recording import Recording

_NAMED = 8
"""Refused calls, and refused capabilities, that are named."""


def summary(recording: Recording) -> str:
    """Counts of what was seen, and what was refused."""
    calls = {call.name for call in recording.syscalls if Phase.APP in call.phases}
    containers = len({container.id for container in recording.containers})
    noun = "or more container" if containers >= CONTAINERS_KEPT else "container"
    parts = [counted(containers, noun)] if containers else []
    parts.append(counted(len(calls), "system call"))
    parts.append(counted(len(recording.executed), "program"))
    parts.append(counted(len(recording.paths), "file"))
    if any(container.seccomp is SeccompMode.UNCONFINED for container in recording.containers):
        parts.append("no seccomp filter was active")
    if late_starts(recording):
        parts.append("late: the start is missing")
    refused = {"refused": _calls(recording), "refused capabilities": _capabilities(recording)}
    named = [f"{what}: {listed(items, _NAMED)}" for what, items in refused.items() if items]
    return "; ".join([", ".join(parts), *named])


def _calls(recording: Recording) -> list[str]:
    """``keyctl (EPERM, to /bin/a)``, those answered ENOSYS last: a libc falls back from many of them."""
    answers: dict[str, list[str]] = defaultdict(list)
    programs: dict[str, list[str]] = defaultdict(list)
    for call in recording.refused:
        answers[call.name].append(answer_name(call))
        programs[call.name] += call.programs
    ordered = sorted(answers, key=lambda name: (set(answers[name]) == {"ENOSYS"}, name))
    return [
        f"{name} ({', '.join([*dict.fromkeys(answers[name]), *_to(programs[name])])})" for name in ordered
    ]


def _capabilities(recording: Recording) -> list[str]:
    programs: dict[str, list[str]] = defaultdict(list)
    for check in recording.capabilities:
        if refused_to_program(check, recording.paths):
            programs[check.capability.docker] += check.programs
    return [" ".join([name, *(f"({to})" for to in _to(some))]) for name, some in sorted(programs.items())]


def _to(programs: Iterable[str]) -> list[str]:
    """The first of them by name, none if nobody knows."""
    return [f"to {printable(program, 60)}" for program in sorted(programs)[:1]]
