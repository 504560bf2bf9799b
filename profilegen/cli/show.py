"""``profilegen show``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from profilegen.cli.recordings import files_of, is_folder
from profilegen.errors import UsageError
from profilegen.text import json_text

if TYPE_CHECKING:
    from rich.console import Console

    from profilegen.recording import Recording

_PIPE_WIDTH = 1000


def show(
    recording: Annotated[
        Path | None,
        typer.Argument(
            metavar="RECORDING|DIR",
            help="A recording, or a folder of NAME.recording.json files.",
            show_default=False,
        ),
    ] = None,
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile",
            metavar="DIR",
            help="Show instead why each line is in the profiles that emit wrote there.",
            show_default=False,
        ),
    ] = None,
    *,
    risk: Annotated[
        bool, typer.Option("--risk", help="Show only the dangerous calls, and what each of them opens.")
    ] = False,
    by_test: Annotated[
        bool, typer.Option("--by-test", help="Show what each test used, where tests said that they ran.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what a recording holds: which call, by whom first, in which phase; or why a profile is as it is.

    A folder shows each of its recordings. Works on any machine, without root; of the programs that did
    something the first is shown.

      profilegen show recordings/web.recording.json

      profilegen show --risk recordings

      profilegen show --by-test recordings/web.recording.json

      profilegen show --profile profiles
    """
    if (recording is None) is (profile is None):
        raise UsageError("show takes RECORDING|DIR or --profile DIR", "profilegen show --help")
    if by_test and (risk or profile is not None):
        raise UsageError("--by-test goes with RECORDING|DIR alone", "profilegen show --by-test recordings")
    if recording is None:
        _show_reasons(Path(profile or ""), risk=risk, as_json=as_json)
        return
    from profilegen.recording import load  # noqa: PLC0415 - --help must not pay for it

    place = Path(recording)  # PlainCommand converts nothing
    loaded = map(load, files_of([place]))
    if not as_json:
        for index, one in enumerate(loaded):
            _print(one, risk=risk, by_test=by_test, after_another=index > 0)
        return
    from profilegen.render.recording_json import documents  # noqa: PLC0415 - seldom asked for

    whole = documents(loaded, risk=risk, folder=is_folder(place))
    typer.echo(json_text(whole), nl=False)


def _show_reasons(place: Path, *, risk: bool, as_json: bool) -> None:
    from profilegen.profiles.ours import read_each  # noqa: PLC0415
    from profilegen.render import reasons  # noqa: PLC0415

    found = read_each(place)
    if as_json:
        typer.echo(json_text(reasons.document(found)), nl=False)
        return
    for index, one in enumerate(found):
        if index:
            typer.echo()
        _console().print(reasons.show(one, risk=risk))


def _print(loaded: Recording, *, risk: bool, by_test: bool, after_another: bool) -> None:
    from profilegen.render import by_test as tests  # noqa: PLC0415
    from profilegen.render import recording as everything  # noqa: PLC0415
    from profilegen.render import risks  # noqa: PLC0415

    if after_another:
        typer.echo()
    part = risks if risk else tests if by_test else everything
    _console().print(part.show(loaded))


def _console() -> Console:
    from rich.console import Console  # noqa: PLC0415

    width = None if sys.stdout.isatty() else _PIPE_WIDTH  # grep wants whole lines
    return Console(width=width, highlight=False)
