"""``profilegen minimize``."""

from __future__ import annotations

import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from profilegen.cli.tell import report, tell
from profilegen.errors import CommandNotStartableError, UsageError
from profilegen.text import json_text, printable


def minimize(
    profiles: Annotated[Path, typer.Option(metavar="DIR", help="Folder that profilegen emit has written.")],
    command: Annotated[
        list[str], typer.Argument(metavar="-- COMMAND", help="The tests: status 0 is a pass.")
    ],
    subject: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose profiles; needed if DIR has several.")
    ] = None,
    repeat: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="N passes, or N failures, make a verdict: for flaky tests."),
    ] = 1,
    *,
    syscalls: Annotated[
        bool, typer.Option("--syscalls", help="Try the system calls too, many at a time.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For a program, on stdout.")] = False,
) -> None:
    """Find what the profiles allow and the tests do not need, by running them without it.

    The command must pass under the profiles as they are. docker run and podman run get the flags; any
    other command finds them in the variable PROFILEGEN_ARGS_SUBJECT, for the docker run in it, and the
    folder in PROFILEGEN_PROFILES. What breaks the tests is kept, the smaller profiles replace the old
    ones, and minimized.json has the evidence. An interrupted search goes on where it was.

      profilegen minimize --profiles profiles -- docker run --rm IMAGE
      profilegen minimize --profiles profiles --repeat 3 -- ./test.sh
    """
    from profilegen.enforce.minimize import Minimizer  # noqa: PLC0415 - --help must not pay for it
    from profilegen.enforce.profiles import ARGUMENTS, read  # noqa: PLC0415
    from profilegen.enforce.runner import Runner  # noqa: PLC0415
    from profilegen.invoker import Invoker  # noqa: PLC0415

    subjects = sorted(path.parent.name for path in profiles.glob(f"*/{ARGUMENTS}"))
    chosen = [name for name in subjects if subject in (None, name)]
    if len(chosen) != 1:
        there = printable(", ".join(subjects)) or "none"
        raise UsageError(
            f"one subject's profiles are made smaller at a time; {printable(str(profiles))} has {there}",
            "choose one: --subject NAME",
        )
    folder = profiles / chosen[0]
    runner = Runner(tuple(command), chosen[0], Invoker.of_environment())
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
        typer.echo(json_text({"version": 1, "subject": chosen[0], **asdict(result)}), nl=False)
        return
    for word, found in (("needed", result.needed), ("dispensable", result.dispensable)):
        for name, evidence in found.items():
            if name.startswith("CAP_") or word == "dispensable":
                typer.echo(f"{word:<12} {name.removeprefix('CAP_')}: {printable(evidence, 300)}")


def _say(text: str) -> None:
    tell(f"profilegen: {printable(text)}")


def _stop(number: int, _frame: object) -> NoReturn:
    """As Ctrl-C does: the containers of the run go with it."""
    sys.exit(128 + number)
