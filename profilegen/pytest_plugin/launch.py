"""Starts the recorder beside pytest: as root, or through sudo without a password."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from contextlib import suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_END_SECONDS = 60.0
_LINES = 20


class CannotRecordError(Exception):
    """Why nothing is recorded, in one sentence with what to type."""


class Recorder:
    """A running recorder.

    Attributes:
        path: of its socket.
    """

    def __init__(self, process: subprocess.Popen[bytes], log: IO[bytes], path: str) -> None:
        self.path = path
        self._process = process
        self._log = log

    def end(self) -> list[str]:
        """Let it save and end. Returns what it has said, if that went wrong."""
        with suppress(OSError, subprocess.TimeoutExpired):
            self._process.communicate(timeout=_END_SECONDS)  # closes its stdin
        return said(self._log) if self._process.returncode else []


def start(directory: Path) -> Recorder:
    """Start the recorder; it is attached when this returns.

    Args:
        directory: of the recordings.

    Raises:
        CannotRecordError: it cannot record, or nobody is root here.
    """
    command = [sys.executable, "-m", "profilegen.pytest_plugin.recorder", str(directory.resolve())]
    if "DOCKER_HOST" in os.environ:
        command += ["--docker-host", os.environ["DOCKER_HOST"]]
    if os.geteuid() != 0:
        command = ["sudo", "-n", "--", *command]
    log = tempfile.TemporaryFile()  # noqa: SIM115 - the recorder writes it as long as it runs
    reading, writing = os.pipe()
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=writing, stderr=log, start_new_session=True
        )
    except OSError as error:  # there is no sudo
        os.close(reading)
        raise CannotRecordError(f"recording needs root ({error.strerror}); {_by_hand()}") from error
    finally:
        os.close(writing)
    with open(reading, encoding="utf-8", errors="replace") as answers:  # noqa: PTH123 - a descriptor
        path = answers.readline().strip()
    if path:
        return Recorder(process, log, path)
    process.wait()
    lines = said(log)
    cause = lines[-1] if lines else f"the recorder ended with status {process.returncode}"
    hint = _by_hand() if os.geteuid() != 0 else "profilegen doctor says more"
    raise CannotRecordError(f"{cause}; {hint}")


def said(log: IO[bytes]) -> list[str]:
    """The last lines of what a recorder wrote to stderr."""
    log.seek(0)
    return log.read().decode(errors="replace").splitlines()[-_LINES:]


def _by_hand() -> str:
    return "next: sudo profilegen record -- " + shlex.join(["pytest", *sys.argv[1:]])
