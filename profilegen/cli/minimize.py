"""``profilegen minimize``."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from profilegen.cli.stderr import report, tell
from profilegen.errors import CommandNotStartableError
from profilegen.text import json_text, printable


def minimize(
    command: Annotated[
        list[str], typer.Argument(metavar="-- COMMAND", help="The tests; status 0 means that they pass.")
    ],
    profiles: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder that profilegen emit has written, or one subject's folder in it. Default: the "
            "folder that the project file names, else profiles.",
            show_default=False,
        ),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Subject whose profiles are made smaller; needed if DIR has several."
        ),
    ] = None,
    repeat: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="For flaky tests: N passes, or N failures, make a verdict."),
    ] = 1,
    *,
    syscalls: Annotated[
        bool, typer.Option("--syscalls", help="Try the system calls too, many at a time.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")] = False,
) -> None:
    """Find what the profiles allow and the tests do not need, by running the tests without it.

    COMMAND runs once for each attempt. docker run and podman run get the flags of the profiles. Any other
    command finds them in the variable PROFILEGEN_ARGS_SUBJECT and has to hand them to the docker run that
    it calls; PROFILEGEN_PROFILES is the folder of the profiles.

    COMMAND must pass under the unchanged profiles (else exit code 7), and fail in a control run in which
    the container's program is killed at its start (else 2). docker run -d and docker create are refused
    (2), because their status says nothing about the program: use a script that waits for the container and
    checks what it does.

    What the tests need stays. The smaller profiles replace the old ones, which are kept as
    FILE.before-minimize; minimized.json has the evidence of every search. The same command continues an
    interrupted search. If every capability and every system call that was tried can go, nothing is
    changed (2).

      profilegen minimize --profiles profiles -- docker run --rm IMAGE
      profilegen minimize --profiles profiles --repeat 3 -- ./test.sh
    """
    from profilegen.command.invoker import Invoker  # noqa: PLC0415
    from profilegen.enforce.choice import subject_folder  # noqa: PLC0415 - --help must not pay for it
    from profilegen.enforce.minimize import Minimizer  # noqa: PLC0415
    from profilegen.enforce.runner import Runner  # noqa: PLC0415
    from profilegen.profiles.committed import read  # noqa: PLC0415
    from profilegen.project.load import load as load_project  # noqa: PLC0415

    folder = subject_folder(profiles or load_project().profiles, subject)
    runner = Runner(tuple(command), folder.name, Invoker.of_environment())
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        result = Minimizer(folder, read(folder), runner.command, runner.run, repeat, _say).minimize(
            syscalls=syscalls
        )
    except CommandNotStartableError as error:
        report(error)
        raise typer.Exit(error.status) from error
    if as_json:
        from profilegen.render.minimize_json import document  # noqa: PLC0415 - seldom asked for

        typer.echo(json_text(document(folder.name, result)), nl=False)
        return
    for word, found in (("needed", result.needed), ("dispensable", result.dispensable)):
        for name, evidence in found.items():
            if name.startswith("CAP_") or word == "dispensable":
                typer.echo(f"{word:<12} {name.removeprefix('CAP_')}: {printable(evidence, 300)}")


def _say(text: str) -> None:
    tell(f"profilegen: {printable(text)}")


def _stop(number: int, _frame: object) -> NoReturn:
    """End as Ctrl-C does, and take the containers of the run along."""
    sys.exit(128 + number)
