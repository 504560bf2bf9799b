"""What of a subject's profiles a test passes without: the runs, and what becomes of the profiles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from profilegen.enforce.container_command import require_status
from profilegen.enforce.control import control
from profilegen.enforce.journal import Journal
from profilegen.enforce.replacement import keep_originals, reasons, replace
from profilegen.enforce.runner import variable
from profilegen.enforce.search import by_halves, first_of_each, one_by_one
from profilegen.errors import CommandFailsError, NothingTestedError, ProfilesNotUsedError
from profilegen.profiles.committed import exchange, exchanged
from profilegen.profiles.evidence import EVIDENCE
from profilegen.tables.capabilities.asked_in_turn import less_powerful
from profilegen.tables.capabilities.capability_powers import by_power
from profilegen.tables.engines.runtime_baseline import calls
from profilegen.tables.implied import timing

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from profilegen.enforce.runner import Ran
    from profilegen.profiles.committed import Profiles

_PATIENCE = 5
"""How many times longer than with everything a run may take: what is missing may make it wait for ever."""
_SLACK = 30.0  # seconds
_NAMED = 8
"""Items of a run that progress names; more are counted."""

Run = Callable[["Profiles", "float | None"], "Ran"]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Minimized:
    """What may go and what may not, each with its evidence, by ``CAP_CHOWN`` or ``chown``."""

    needed: dict[str, str] = field(default_factory=dict)
    dispensable: dict[str, str] = field(default_factory=dict)


class Minimizer:
    """Tries one subject's profiles smaller and smaller.

    Every verdict goes into ``minimized.json`` at once. The search asks the same questions in the same
    order, so that an interrupted one goes on where it was.
    """

    def __init__(
        self, folder: Path, profiles: Profiles, command: tuple[str, ...], run: Run, repeat: int, say: Say
    ) -> None:
        """Look for the evidence of earlier searches.

        Args:
            folder: the subject's, ``DIR/SUBJECT``.
            profiles: those that it has.
            command: the tests.
            run: runs the command under profiles, for so many seconds at most.
            repeat: as many passes, or failures, make a verdict.
            say: takes progress.
        """
        self.folder, self.profiles, self.command = folder, profiles, command
        self.run, self.repeat, self.say = run, repeat, say
        self._journal = Journal.read(folder / EVIDENCE)
        self._search = self._journal.search(command, repeat, _digest(profiles))
        self._seconds = 0.0
        self._left = 0
        self._gone: frozenset[str] = frozenset()

    def minimize(self, *, syscalls: bool) -> Minimized:
        """Search, write the smaller profiles, and return all evidence about them.

        Raises:
            CommandFailsError: the command does not even pass under the profiles as they are.
            NothingTestedError: it passes whatever the container does.
            ProfilesNotUsedError: it starts no container under them.
            OutputError: the result cannot be written.
        """
        require_status(self.command)
        if self._search.verdicts:
            self.say(f"{len(self._search.verdicts)} verdicts of an earlier start are kept")
        self._whole()
        self._control()
        capabilities, tried = self._to_try(syscalls=syscalls)
        self._left = len(capabilities)
        gone = one_by_one(capabilities, self._works)
        others = _exchanges(set(capabilities) - gone, self.profiles)
        self._left = sum(map(len, others))
        gone = first_of_each(others, self._works, gone)
        self._left = 0
        gone = by_halves(tried, self._works, gone)
        self._doubt(gone, tried)
        return self._conclude([*capabilities, *tried], gone)

    def _whole(self) -> None:
        """Run it as often as it takes under the profiles as they are."""
        for _ in range(self.repeat):
            ran = self.run(self.profiles, None)
            if not ran.passed:
                wrote = "Their last lines:" if ran.output else "They wrote nothing."
                raise CommandFailsError(
                    f"the tests fail under the unchanged profiles (status {ran.status}). {wrote}",
                    details=tuple(ran.output.splitlines()),
                )
            if not ran.used:
                name = variable(self.folder.name)
                raise ProfilesNotUsedError(f"the command started no container with the flags in ${name}")
            self._seconds = max(self._seconds, ran.seconds)
        self.say(f"the tests pass under the profiles as they are, in {self._seconds:.1f} s")

    def _control(self) -> None:
        """Run it once where no program can work: tests that pass even so would let everything fall."""
        if self.run(control(self.profiles), self._limit).passed:
            raise NothingTestedError(
                "the tests pass even if the container's program is killed at its start: they do not test it, "
                "and no profile was changed"
            )
        self.say("control run: the tests fail if the container's program is killed at its start")

    @property
    def _limit(self) -> float:
        return self._seconds * _PATIENCE + _SLACK

    def _to_try(self, *, syscalls: bool) -> tuple[list[str], list[str]]:
        """Capabilities and calls, but for what the tests of an earlier search need."""
        never = self._journal.needed_by_others(self.command)
        capabilities = [one.value for one in self.profiles.capabilities]
        others = [name for name in self.profiles.syscalls if syscalls and name not in _never_tried()]
        kept = never & {*capabilities, *others}
        if kept:
            self.say(f"other tests need {_shown(kept)} ({EVIDENCE}): not tried")
        return [name for name in capabilities if name not in never], [
            name for name in others if name not in never
        ]

    def _works(self, gone: frozenset[str]) -> bool:
        key = " ".join(sorted(gone))
        verdicts = self._search.verdicts
        self._left -= 1
        if key not in verdicts:
            passes = failures = 0
            smaller = self.profiles.without(gone)
            while max(passes, failures) < self.repeat:
                ran = self.run(smaller, self._limit)
                passed = ran.passed and ran.used  # else no container started, and nobody noticed
                passes, failures = passes + passed, failures + (not passed)
            verdicts[key] = passes > failures
            self._journal.write(self._search)
        seconds = self._left * self.repeat * self._seconds
        left = f", about {seconds:.0f} s to go" if seconds >= 1 else ""
        self.say(f"{_tried(gone - self._gone)}: {'pass' if verdicts[key] else 'fail'}{left}")
        if verdicts[key]:
            self._gone = gone
        return verdicts[key]

    def _doubt(self, gone: frozenset[str], tried: list[str]) -> None:
        """A program that needs no capability is common, one that needs no call of its own is not."""
        own = set(self.profiles.syscalls) - _never_tried()
        if tried and gone >= own | {one.value for one in self.profiles.capabilities}:
            self._journal.forget(self._search)
            raise NothingTestedError(
                f"the tests pass without any of the {len(tried)} system calls that were tried, and without "
                "any capability: they hardly test the program, and no profile was changed",
                "let the tests check what the program does, or leave out --syscalls: capabilities alone",
            )

    def _conclude(self, names: list[str], gone: frozenset[str]) -> Minimized:
        why = reasons(self.folder)
        granted = {name: why.get(name, "allowed") for name in sorted(names)}
        pairs = dict(pair for item in gone if (pair := exchanged(item)))
        needed = {n: f"{text}; the tests fail without" for n, text in granted.items() if n not in gone}
        dispensable = {n: f"{text}; the tests pass without" for n, text in granted.items() if n in gone}
        for before, after in pairs.items():
            needed[after] = f"in place of {_docker(before)}: {needed.pop(before)}"
            dispensable[before] = f"{granted[before]}; the tests pass with {_docker(after)} in its place"
        if gone:
            kept = keep_originals(self.folder, self.profiles, keep_earlier=self._journal.finished)
            self.say(f"the profiles as emit wrote them: {', '.join(kept)}")
        else:
            self.say("nothing can go: the profiles stay as they are")
        there = {*(one.value for one in self.profiles.capabilities), *self.profiles.syscalls}
        self._journal.conclude(self._search, needed, dispensable, there)
        self._journal.write(self._search)
        if gone:
            replace(self.folder, self.profiles.without(gone), needed, dispensable)
        return Minimized(self._journal.needed, self._journal.dispensable)


def _digest(profiles: Profiles) -> str:
    content = json.dumps([profiles.flags, profiles.seccomp and profiles.seccomp.text])
    return hashlib.sha256(content.encode()).hexdigest()


def _exchanges(kept: Collection[str], profiles: Profiles) -> list[list[str]]:
    """Possible replacements for each kept capability, the most powerful capability first."""
    powerful = sorted((one for one in profiles.capabilities if one.value in kept), key=by_power, reverse=True)
    return [
        [exchange(one, other) for other in less_powerful(one) if other not in profiles.capabilities]
        for one in powerful
    ]


def _tried(items: frozenset[str]) -> str:
    """What a run goes without, or with something else, in words."""
    pair = next((pair for item in items if (pair := exchanged(item))), None)
    if pair:
        return f"with {_docker(pair[1])} in place of {_docker(pair[0])}"
    return f"without {_shown(items)}"


def _shown(names: frozenset[str]) -> str:
    if len(names) > _NAMED:
        return f"{len(names)} more calls"
    return ", ".join(map(_docker, sorted(names)))


def _docker(name: str) -> str:
    return name.removeprefix("CAP_")


def _never_tried() -> frozenset[str]:
    """Calls that no test of a few runs can judge.

    Without one of the runtime's own a container does not start, or hangs where no engine can remove it;
    those that timing decides are missed by the next run.
    """
    own = {row.name for row in calls()}
    return frozenset(own | {one.name for one in timing()})
