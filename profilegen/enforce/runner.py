"""Runs a command under profiles: ``docker run`` gets the flags, everything else finds them exported."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from profilegen.command.invoker import start_command
from profilegen.containers.engines.labelled import Labelled
from profilegen.enforce.container_command import ENGINES, starting_word, with_flags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profilegen.command.invoker import Invoker
    from profilegen.profiles.committed import Profiles

LABEL = "profilegen.enforce"
_GRACE_SECONDS = 10.0
_TAIL = 20  # lines


@dataclass(frozen=True, slots=True)
class Ran:
    """Outcome of one run.

    Attributes:
        status: exit status; None if it had to be stopped.
        seconds: how long it took.
        output: the last lines that it wrote, as they came.
        used: whether a container was started with the flags; asked only where a script has passed.
    """

    status: int | None
    seconds: float
    output: str
    used: bool = True

    @property
    def passed(self) -> bool:
        """Whether the command ended with status 0."""
        return self.status == 0


@dataclass
class Runner:
    """Runs one command repeatedly, each time under different profiles; no container outlives its run.

    Attributes:
        command: what the user tests with.
        subject: whose profiles they are.
        invoker: whom it runs as (default: who runs this).
    """

    command: tuple[str, ...]
    subject: str
    invoker: Invoker | None = None
    _label: str = field(default_factory=lambda: f"{LABEL}={secrets.token_hex(8)}")

    def run(self, profiles: Profiles, seconds: float | None = None) -> Ran:
        """Run it to its end, or for so many seconds.

        Raises:
            CommandNotStartableError: there is no such program.
        """
        place = starting_word(self.command)
        engines = ENGINES if place is None else (self.command[0],)
        containers = [Labelled(engine, self._label) for engine in engines]
        with tempfile.TemporaryDirectory(prefix="profilegen.") as top, tempfile.TemporaryFile() as output:
            folder = Path(top) / self.subject
            folder.mkdir()
            Path(top).chmod(0o755)  # the command may be somebody else's
            profiles.write(folder)
            flags = self._flags(profiles, folder)
            words = self.command if place is None else with_flags(self.command, place, flags)
            began, since = time.monotonic(), int(time.time())
            try:
                process = self._start(words, flags, top, output.fileno())
                try:
                    status: int | None = process.wait(seconds)
                except subprocess.TimeoutExpired:
                    status = None
                finally:
                    _end(process)
                used = status != 0 or place is not None or any(one.started(since) for one in containers)
            finally:
                for one in containers:
                    one.remove()
            output.seek(0)
            lines = output.read()[-100_000:].decode(errors="replace").splitlines()
            return Ran(status, time.monotonic() - began, "\n".join(lines[-_TAIL:]), used)

    def _flags(self, profiles: Profiles, folder: Path) -> list[str]:
        return [*profiles.run_flags(folder), f"--label={self._label}"]

    def _start(
        self, words: Sequence[str], flags: Sequence[str], top: str, output: int
    ) -> subprocess.Popen[bytes]:
        return start_command(
            words,
            self.invoker,
            {"PROFILEGEN_PROFILES": top, variable(self.subject): " ".join(flags)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,
        )


def variable(subject: str) -> str:
    """The environment variable that has the flags of a subject."""
    return "PROFILEGEN_ARGS_" + re.sub(r"[.-]", "_", subject).upper()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing of the command's process group goes on."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
            try:
                process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                continue
