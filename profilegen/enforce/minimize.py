"""What of a subject's profiles a test passes without: the runs, their journal, and the evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from profilegen.capabilities import Capability
from profilegen.emit import capabilities as listing
from profilegen.enforce.search import by_halves, one_by_one
from profilegen.errors import CommandFailsError
from profilegen.output import write_whole
from profilegen.policy.baseline import calls
from profilegen.policy.closure import implied
from profilegen.policy.timing import TIMING
from profilegen.text import json_text, printable

if TYPE_CHECKING:
    from pathlib import Path

    from profilegen.enforce.profiles import Profiles
    from profilegen.enforce.runner import Ran

JOURNAL, LISTING = "minimized.json", "capabilities.txt"
_PATIENCE = 5
"""How many times longer than with everything a run may take: what is missing may make it wait for ever."""
_SLACK = 30.0  # seconds

Run = Callable[["Profiles", "float | None"], "Ran"]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Minimized:
    """What may go and what may not, each with its evidence, by ``CAP_CHOWN`` or ``chown``."""

    needed: dict[str, str] = field(default_factory=dict)
    dispensable: dict[str, str] = field(default_factory=dict)


@dataclass
class Minimizer:
    """Tries one subject's profiles smaller and smaller.

    Every verdict goes into ``minimized.json`` at once; the search asks the same questions in the same
    order, so that one that was interrupted goes on where it was.

    Attributes:
        folder: the subject's, ``DIR/SUBJECT``.
        profiles: those that it has.
        command: part of the journal: verdicts hold for one command only.
        run: runs the command under profiles, for so many seconds at most.
        repeat: as many passes, or failures, make a verdict.
        say: takes progress.
    """

    folder: Path
    profiles: Profiles
    command: tuple[str, ...]
    run: Run
    repeat: int
    say: Say
    _verdicts: dict[str, bool] = field(default_factory=dict)
    _seconds: float = 0.0
    _left: int = 0

    def minimize(self, *, syscalls: bool) -> Minimized:
        """Search, then write the smaller profiles.

        Raises:
            CommandFailsError: it does not even pass under the profiles as they are.
            ProfilesNotUsedError: it starts no container under them.
            OutputError: the result cannot be written.
        """
        self._resume()
        self._whole()
        names = [one.value for one in self.profiles.capabilities]
        self._left = len(names)
        gone = one_by_one(names, self._works)
        if syscalls:
            tried = [name for name in self.profiles.syscalls if name not in _never_tried()]
            names += tried
            self._left = 0
            gone = by_halves(tried, self._works, gone)
        result = self._result(names, gone)
        self._write(gone, result)
        return result

    def _whole(self) -> None:
        for _ in range(self.repeat):
            ran = self.run(self.profiles, None)
            if not ran.passed:
                raise CommandFailsError(
                    f"under the profiles as they are the command ends with status {ran.status}; it wrote:\n"
                    + "\n".join(printable(line, 200) for line in ran.output.splitlines())
                )
            self._seconds = max(self._seconds, ran.seconds)
        self.say(f"the command passes under the profiles as they are, in {self._seconds:.1f} s")

    def _works(self, gone: frozenset[str]) -> bool:
        key = " ".join(sorted(gone))
        self._left -= 1
        if key not in self._verdicts:
            passes = failures = 0
            smaller = self.profiles.without(gone)
            while max(passes, failures) < self.repeat:
                ran = self.run(smaller, self._seconds * _PATIENCE + _SLACK)
                passes, failures = passes + ran.passed, failures + (not ran.passed)
            self._verdicts[key] = passes > failures
            self._keep()
        word = "passes" if self._verdicts[key] else "fails"
        left = f", about {self._left * self.repeat * self._seconds:.0f} s to go" if self._left > 0 else ""
        shown = ", ".join(sorted(gone)) if len(gone) < 9 else f"{len(gone)} of them"
        self.say(f"without {shown}: {word}{left}")
        return self._verdicts[key]

    def _result(self, names: list[str], gone: frozenset[str]) -> Minimized:
        try:
            text = (self.folder / LISTING).read_text()
        except OSError:  # not emitted
            text = ""
        reasons = {one.value: reason for one, reason in listing.parse("", text).kept.items()}
        result = Minimized()
        for name in sorted(names):
            granted = reasons.get(name, "allowed")
            if name in gone:
                result.dispensable[name] = f"{granted}; the tests pass without"
            else:
                result.needed[name] = f"{granted}; the tests fail without"
        return result

    def _write(self, gone: frozenset[str], result: Minimized) -> None:
        self.profiles.without(gone).write(self.folder)
        path = self.folder / LISTING
        if path.exists():
            old = listing.parse(self.folder.name, path.read_text())
            dispensable = {
                Capability(name): text for name, text in result.dispensable.items() if name.startswith("CAP_")
            }
            new = listing.Listing(
                old.subject,
                {one: reason for one, reason in old.kept.items() if one not in dispensable},
                {**old.dispensable, **dispensable},
                old.unused,
                old.ambient,
            )
            write_whole(path, listing.text_of(new), through_link=False)
        self._keep(result)

    def _identity(self) -> str:
        """What the verdicts hold for."""
        content = json.dumps([self.command, self.profiles.flags, self.profiles.seccomp, self.repeat])
        return hashlib.sha256(content.encode()).hexdigest()

    def _resume(self) -> None:
        try:
            content: Any = json.loads((self.folder / JOURNAL).read_text())
            if content["profiles"] == self._identity():
                self._verdicts = {str(key): bool(value) for key, value in content["verdicts"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # none, or damaged: from the start
            return
        if self._verdicts:
            self.say(f"{len(self._verdicts)} verdicts of an earlier start are kept")

    def _keep(self, result: Minimized | None = None) -> None:
        content = {
            "version": 1,
            "command": self.command,
            "profiles": self._identity(),
            "verdicts": self._verdicts,
            "needed": {} if result is None else result.needed,
            "dispensable": {} if result is None else result.dispensable,
        }
        write_whole(self.folder / JOURNAL, json_text(content), through_link=False)


def _never_tried() -> frozenset[str]:
    """Calls that no test of a few runs can judge.

    Without one of the runtime's own a container does not start, or hangs where no engine can remove it;
    those that timing decides are missed by the next run.
    """
    own = {row.name for row in calls()}
    return frozenset(own | {one.name for one in implied(TIMING)})
