"""``profilegen record``."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from profilegen.cli.stderr import report, tell
from profilegen.containers.selection import Selection
from profilegen.errors import CommandNotStartableError, UsageError
from profilegen.subject import chosen_name
from profilegen.text import printable

if TYPE_CHECKING:
    from profilegen.cli.live import LiveView
    from profilegen.recording import Recording
    from profilegen.session.live_rows import View
    from profilegen.session.options import RecordOptions
    from profilegen.session.outcome import Outcome
    from profilegen.session.record_containers import OpenView

_SHORTEST = 0.1
_COMMAND = "Runs until COMMAND ends; it starts the containers (docker run, compose up, pytest ...)."


def record(
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Folder of the recordings. Default: the one that the project file names, else recordings.",
            show_default=False,
        ),
    ] = None,
    command: Annotated[list[str] | None, typer.Argument(metavar="-- COMMAND", help=_COMMAND)] = None,
    container: Annotated[
        list[str] | None, typer.Option(metavar="NAME|ID", help="Only this container; may run already.")
    ] = None,
    image: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="Only containers of such images: 'nginx:*'.")
    ] = None,
    service: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only containers of this compose service.")
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY[=VALUE]", help="Only containers with this label."),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Name of what is recorded, in place of the one that is found for it."
        ),
    ] = None,
    timeout: Annotated[
        str | None, typer.Option(metavar="SECONDS", help="End after so many seconds, at least 0.1.")
    ] = None,
    *,
    process: Annotated[
        bool, typer.Option("--process", help="COMMAND's own processes instead of containers; no engine.")
    ] = False,
    until_stopped: Annotated[
        bool,
        typer.Option(
            "--until-stopped", help="Go on until the recorded containers have stopped (run -d, up -d)."
        ),
    ] = False,
    append: Annotated[bool, typer.Option("--append", help="Merge into the recordings that DIR has.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")] = False,
) -> None:
    """Watch containers and save what they do: DIR/SUBJECT.recording.json.

    Every container that starts meanwhile is recorded, or those that any of --container, --image,
    --service and --label chooses. One that runs already is recorded only if --container names it. With a
    command it ends when the command ends, and with its exit status if that is not 0; without one
    it ends with Ctrl-C. Needs root; under sudo the command runs as you, and the files are yours.

    SUBJECT is the container's label profilegen.subject, else what Swarm, Kubernetes, ECS, Nomad or
    compose calls the service (SERVICE-run for compose run, FOLDER-SERVICE where two projects have
    one of that name), else the container's name without a random end, else the image's name. With
    --process it is the program, or the script that python, node, perl, ruby, php or a shell runs.

      profilegen record -o recordings -- docker run --rm debian:12 ls /
      profilegen record -o recordings --container web
      profilegen record -o recordings --process -- ls /
    """
    from profilegen.command.invoker import Invoker  # noqa: PLC0415
    from profilegen.files.atomic import prepare_folder  # noqa: PLC0415 - --help must not pay for it
    from profilegen.project.locate import folder_of  # noqa: PLC0415
    from profilegen.session.options import RecordOptions  # noqa: PLC0415
    from profilegen.session.own_cgroup import sweep  # noqa: PLC0415
    from profilegen.tracer.host.mounts import cgroup2_mount  # noqa: PLC0415
    from profilegen.tracer.host.rights import held_rights, lockdown_level  # noqa: PLC0415

    selection = Selection(
        tuple(container or ()), tuple(image or ()), tuple(service or ()), tuple(map(_label, label or ()))
    )
    name = chosen_name(subject)
    if process and (until_stopped or not (command and selection.everything)):
        raise UsageError(
            "--process records the processes of a command, and no containers: it takes no option about those",
            "profilegen record --process -o DIR -- COMMAND",
        )
    seconds = None if timeout is None else _seconds(timeout)
    held_rights()
    lockdown_level()
    cgroup2 = cgroup2_mount()
    sweep(cgroup2)
    invoker = Invoker.of_environment()
    directory = Path(output) if output else folder_of("recordings")
    prepare_folder(directory, None if invoker is None else invoker.owner)
    if append:
        from profilegen.session.saving.file_names import check_appendable  # noqa: PLC0415

        check_appendable(directory)
    options = RecordOptions(
        directory, selection, tuple(command or ()), seconds, append, until_stopped, invoker, name, _summary
    )
    voice = _Voice(quiet=quiet)
    try:
        outcome = _processes(options, cgroup2, voice) if process else _containers(options, cgroup2, voice)
    except CommandNotStartableError as error:
        report(error)
        raise typer.Exit(error.status) from error

    raise typer.Exit(_ended(outcome, options, voice.say))


def _summary(recordings: Sequence[Recording]) -> Sequence[str]:
    from profilegen.render.tests_at_end import lines  # noqa: PLC0415 - only tests that report ask for it

    return lines(recordings)


def _ended(outcome: Outcome, options: RecordOptions, say: Callable[[str], None]) -> int:
    """Report what came of it. Returns the exit status."""
    from profilegen.cli import closing  # noqa: PLC0415 - --help must not pay for it

    for path, recording in outcome.files.items():
        say(closing.saved(path, recording))
        for line in closing.warnings(recording):
            tell(f"profilegen: {line}")
    if outcome.problem is not None:
        report(outcome.problem)
    if outcome.status and (outcome.files or outcome.problem is None):
        tell(f"profilegen: {closing.failed(outcome, options)}")
    if outcome.files and not isinstance(outcome.problem, UsageError):
        say(f"next: {closing.next_step(outcome, options)}")
    return closing.status(outcome)


def _containers(options: RecordOptions, cgroup2: Path, voice: _Voice) -> Outcome:
    from profilegen.session.here import record_here  # noqa: PLC0415

    return record_here(options, cgroup2, voice.say, voice.open_view)


def _processes(options: RecordOptions, cgroup2: Path, voice: _Voice) -> Outcome:
    from profilegen.session.own_cgroup import OwnCgroup  # noqa: PLC0415
    from profilegen.session.record_process import record_process  # noqa: PLC0415
    from profilegen.tracer.tracer import KernelTracer  # noqa: PLC0415

    return record_process(options, lambda: OwnCgroup(cgroup2), KernelTracer, os.uname().release, voice.say)


def _label(text: str) -> str:
    if not text.partition("=")[0]:
        raise UsageError(f"--label takes KEY or KEY=VALUE, not {printable(text)!r}", "--label app=web")
    return text


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not _SHORTEST <= seconds < math.inf:
        raise UsageError(
            f"--timeout takes seconds, at least {_SHORTEST}, not {printable(text)!r}", "--timeout 60"
        )
    return seconds


class _Voice:
    """What the user reads while it goes on: lines, and on a terminal a view below them."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._view: LiveView | None = None

    def say(self, text: str) -> None:
        if self._view is not None:
            self._view.say(f"profilegen: {text}")
        elif not self._quiet:
            tell(f"profilegen: {text}")

    @property
    def open_view(self) -> OpenView | None:
        movable = sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")
        return self._open if movable and not self._quiet else None

    @contextmanager
    def _open(self) -> Iterator[View]:
        from profilegen.cli.live import LiveView  # noqa: PLC0415 - rich is dear, and attaching has to be quick

        self._view = LiveView()
        with self._view.opened() as view:
            yield view
