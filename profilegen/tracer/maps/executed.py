"""Executed programs: what each execve of one path has found is united, for the file behind it may change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.tracer.host.file_capabilities import FileCapabilities

if TYPE_CHECKING:
    from profilegen.tracer.observation import ProgramSeen

_LEFT_OUT = 8
"""Programs from outside that are named, of one subject."""


class ExecutedPrograms:
    """The programs of all subjects, by the subject's place."""

    def __init__(self) -> None:
        self._names: dict[int, dict[int, str]] = defaultdict(dict)
        self._programs: dict[int, dict[str, ProgramSeen]] = defaultdict(dict)
        self._early: dict[int, dict[str, ProgramSeen]] = defaultdict(dict)
        self._left_out: dict[int, set[str]] = defaultdict(set)

    def add(self, place: int, number: int, program: ProgramSeen) -> None:
        """One execve that was told, by the kernel side's number of the program."""
        known = self._programs[place].get(program.name)
        self._names[place][number] = program.name
        self._programs[place][program.name] = program if known is None else _united(known, program)

    def enter(self, place: int, program: ProgramSeen) -> int:
        """A program that ran before the recorder; returns its number. Those of the kernel side are odd."""
        names = self._names[place]
        for number, name in names.items():
            if name == program.name:
                return number
        number = 2 * (1 + len(names))
        names[number] = program.name
        self._early[place][program.name] = program
        return number

    def found_again(self, place: int, name: str, capabilities: FileCapabilities) -> None:
        """Another look at a file has found this."""
        program = self._programs[place].get(name)
        if program is not None:
            self._programs[place][name] = _united(program, replace(program, capabilities=capabilities))

    def leave_out(self, place: int, name: str) -> None:
        """A program of a process from outside of which nothing else is kept."""
        if len(self._left_out[place]) < _LEFT_OUT:
            self._left_out[place].add(name)

    def name(self, place: int, number: int) -> str | None:
        """What a program is called; None if it was not told."""
        return self._names.get(place, {}).get(number)

    def programs(self, place: int) -> tuple[ProgramSeen, ...]:
        """Those of a subject, by name; what an execve has told says more than what ran before."""
        found = {**self._early.get(place, {}), **self._programs.get(place, {})}
        return tuple(program for _, program in sorted(found.items()))

    def left_out(self, place: int) -> tuple[str, ...]:
        """Those that are left out, by name."""
        return tuple(sorted(self._left_out.get(place, ())))

    def forget(self, place: int) -> None:
        """The subject was read and is gone."""
        for kept in (self._names, self._programs, self._early, self._left_out):
            kept.pop(place, None)


def _united(known: ProgramSeen, program: ProgramSeen) -> ProgramSeen:
    return replace(
        known,
        mode=known.mode | program.mode,
        capabilities=_both(known.capabilities, program.capabilities),
        given=known.given | program.given,
    )


def _both(one: FileCapabilities | None, other: FileCapabilities | None) -> FileCapabilities | None:
    """None, which is not known, wins: what nobody could look at may have had any."""
    if one is None or other is None:
        return None
    return FileCapabilities(one.permitted | other.permitted, one.effective or other.effective)
