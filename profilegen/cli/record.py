"""``profilegen record``."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from profilegen.containers.selection import Selection
from profilegen.errors import CommandNotStartableError, ExitCode
from profilegen.session.outcome import Outcome
from profilegen.text import printable

_COMMAND = "Runs until COMMAND ends; it starts the containers (docker run, compose up, pytest ...)."


def record(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Folder of the recordings.")],
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
    timeout: Annotated[
        float | None, typer.Option(min=0.1, metavar="SECONDS", help="End after so many seconds.")
    ] = None,
    *,
    append: Annotated[bool, typer.Option("--append", help="Merge into the recordings that DIR has.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")] = False,
) -> None:
    """Watch containers and save what they do: DIR/SUBJECT.recording.json.

    Every container that starts meanwhile is recorded, or those that --container, --image and
    --service choose. With a command it ends when the command ends, and with its exit status if that
    is not 0; without one it ends with Ctrl-C. Needs root.

      profilegen record -o recordings -- docker run --rm debian:12 ls /
      profilegen record -o recordings --container web
    """
    from profilegen.cli.app import report  # noqa: PLC0415 - the app imports the commands
    from profilegen.containers.docker import DockerEngine  # noqa: PLC0415 - --help must not pay for it
    from profilegen.output import prepare_folder  # noqa: PLC0415
    from profilegen.session.assemble import this_host  # noqa: PLC0415
    from profilegen.session.command import Invoker  # noqa: PLC0415
    from profilegen.session.session import Options, record_session  # noqa: PLC0415
    from profilegen.tracer.rights import held_rights  # noqa: PLC0415
    from profilegen.tracer.tracer import KernelTracer  # noqa: PLC0415

    def say(text: str) -> None:
        if not quiet:
            typer.echo(f"profilegen: {text}", err=True)

    held_rights()
    invoker = Invoker.of_environment()
    prepare_folder(output, None if invoker is None else (invoker.uid, invoker.gid))
    selection = Selection(tuple(container or ()), tuple(image or ()), tuple(service or ()))
    options = Options(output, selection, tuple(command or ()), timeout, append, invoker)
    try:
        outcome = record_session(options, DockerEngine(), KernelTracer, this_host(os.uname().release), say)
    except CommandNotStartableError as error:
        report(error)
        raise typer.Exit(error.status) from error

    _tell(outcome, say)
    raise typer.Exit(_status(outcome))


def _tell(outcome: Outcome, say: Callable[[str], None]) -> None:
    from profilegen.cli.app import report  # noqa: PLC0415 - the app imports the commands
    from profilegen.recording import gaps  # noqa: PLC0415
    from profilegen.render.summary import summary  # noqa: PLC0415

    for path, recording in outcome.files.items():
        say(f"saved {printable(str(path))}: {summary(recording)}")
        for gap in gaps(recording):
            typer.echo(f"profilegen: {printable(recording.subject)}: {gap}", err=True)
    if outcome.problem is not None:
        report(outcome.problem)
    if outcome.files:
        names = " ".join(printable(str(path)) for path in outcome.files)
        say(f"next: profilegen emit {names} -o profiles")
    if outcome.status:
        typer.echo(f"profilegen: the command ended with status {outcome.status}", err=True)


def _status(outcome: Outcome) -> int:
    """The command's status if that is not 0, else the recorder's own."""
    from profilegen.recording import gaps  # noqa: PLC0415 - --help must not pay for it

    if outcome.status:
        return outcome.status
    if outcome.problem is not None:
        return outcome.problem.exit_code
    incomplete = any(gaps(recording) for recording in outcome.files.values())
    return ExitCode.INCOMPLETE if incomplete else ExitCode.OK
