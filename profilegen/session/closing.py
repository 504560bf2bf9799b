"""What ``record`` says at its end: what was saved, what is missing, and the next command."""

from __future__ import annotations

import shlex
import signal
from typing import TYPE_CHECKING

from profilegen.errors import ExitCode
from profilegen.recording.gaps import gaps, late_starts
from profilegen.recording.left_out import left_out
from profilegen.recording.unseen import unseen
from profilegen.render.recording_line import summary
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from profilegen.recording import Container, Recording
    from profilegen.session.outcome import Outcome
    from profilegen.session.record_containers import Options

_OF_EMIT = {"init"}
"""What is decided when profiles are made, not by recording again."""
_LONGEST = 64  # characters of a name
_TIMED_OUT = {128 + signal.SIGTERM, 128 + signal.SIGKILL}


def saved(path: Path, recording: Recording) -> str:
    """The file and what is in it."""
    return f"saved {printable(str(path))}: {summary(recording)}"


def warnings(recording: Recording) -> Iterator[str]:
    """What was lost, what began too late, and what was not there to be seen: one line each."""
    subject = printable(recording.subject)
    for gap in gaps(recording):
        yield f"{subject}: {gap}"
    for name in _late(recording):
        yield f"{subject}: {name} was already running: its start is missing"
    for text in left_out(recording):
        yield f"{subject}: {text}"
    if any(_image_digits(one) == recording.subject for one in recording.containers):
        yield (
            f"{subject}: named by the image's id, which the next build changes: give it a name "
            "(record --subject NAME, or docker build -t NAME)"
        )
    for one in unseen(recording):
        if one.what not in _OF_EMIT:
            yield f"{subject}: not seen: {printable(one.text)}; {one.advice}"


def failed(outcome: Outcome, options: Options) -> str:
    """The command's own status, and what it means for the recording."""
    covers = ": the recording covers the time until then" if outcome.files else ""
    if options.timeout is not None and outcome.status in _TIMED_OUT:
        return f"the command was ended after {options.timeout:g} s (--timeout){covers}"
    return f"the command failed with status {outcome.status}{covers}"


def next_step(outcome: Outcome, options: Options) -> str:
    """What to type: make a late container anew, else make the profiles."""
    files = " ".join(printable(shlex.quote(str(path))) for path in outcome.files)
    for recording in outcome.files.values():
        for name in _late(recording):
            client = _client(recording)
            append = " --append" if options.append else ""
            again = f"profilegen record{append} -o {printable(shlex.quote(str(options.directory)))}"
            quoted = printable(shlex.quote(name))
            return f"{client} rm -f {quoted}, then {again} -- {client} run --name {quoted} ..."
    if all(not recording.containers for recording in outcome.files.values()):
        return f"profilegen emit {files} --runtime any -o profiles    # for systemd without --runtime"
    return f"profilegen emit {files} -o profiles"


def status(outcome: Outcome) -> int:
    """The command's status if that is not 0, else the recorder's own."""
    if outcome.status:
        return outcome.status
    if outcome.problem is not None:
        return outcome.problem.exit_code
    recordings = outcome.files.values()
    incomplete = any(gaps(recording) or any(_late(recording)) for recording in recordings)
    return ExitCode.INCOMPLETE if incomplete else ExitCode.OK


def _late(recording: Recording) -> list[str]:
    return [printable(one.name or one.id[:12], _LONGEST) for one in late_starts(recording)]


def _image_digits(container: Container) -> str:
    """What a container is named by whose image has no name."""
    return container.image_id.removeprefix("sha256:")[:12]


def _client(recording: Recording) -> str:
    """The command line of the engine that the containers are of."""
    return "podman" if any(one.engine == "podman" for one in recording.containers) else "docker"
