"""The recorder as a child of pytest: ``python -m profilegen.pytest_plugin.recorder DIR``.

It prints the path of its socket on stdout once it is attached, and ends when its stdin ends: by the hand of
pytest, or because pytest is gone, however it went. As root, also by ``sudo``, which takes a signal for the
parent's death away and the environment too.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from profilegen.cli.closing import saved, warnings
from profilegen.command.invoker import Invoker
from profilegen.containers.selection import Selection
from profilegen.errors import ExitCode, NothingRecordedError, ProfilegenError
from profilegen.render.tests_at_end import lines
from profilegen.session.options import RecordOptions

if TYPE_CHECKING:
    from profilegen.command.run import Interruptions
    from profilegen.session.outcome import Outcome


def main() -> int:
    """Record until stdin ends. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="profilegen recorder")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--docker-host")
    chosen = parser.parse_args()
    if chosen.docker_host:
        os.environ["DOCKER_HOST"] = chosen.docker_host
    try:
        outcome = _record(chosen.directory)
    except ProfilegenError as error:
        _say(error.cause)
        return error.exit_code
    for path, recording in outcome.files.items():
        _say(saved(path, recording))
        for line in warnings(recording):
            _say(line)
    if outcome.problem is None or isinstance(outcome.problem, NothingRecordedError):
        return ExitCode.OK
    _say(outcome.problem.cause)
    return outcome.problem.exit_code


def _record(directory: Path) -> Outcome:
    from profilegen.files.atomic import prepare_folder  # noqa: PLC0415 - errors come first
    from profilegen.session.here import record_here  # noqa: PLC0415
    from profilegen.tracer.host.mounts import cgroup2_mount  # noqa: PLC0415
    from profilegen.tracer.host.rights import held_rights, lockdown_level  # noqa: PLC0415

    held_rights()
    lockdown_level()
    invoker = Invoker.of_environment()
    prepare_folder(directory, None if invoker is None else invoker.owner)
    options = RecordOptions(directory, Selection(), invoker=invoker, summarise=lines, beside=_beside)
    return record_here(options, cgroup2_mount(), _say)


def _beside(path: Path | None, interruptions: Interruptions) -> None:
    if path is None:
        return

    def read_to_the_end() -> None:
        while os.read(0, 4096):
            pass
        interruptions.end()

    threading.Thread(target=read_to_the_end, name="profilegen-stdin", daemon=True).start()
    sys.stdout.write(f"{path}\n")
    sys.stdout.flush()
    interruptions.wait(None)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
