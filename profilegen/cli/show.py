"""``profilegen show``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from profilegen.cli.recordings import files_of, is_folder
from profilegen.text import json_text

if TYPE_CHECKING:
    from profilegen.recording import Recording

_PIPE_WIDTH = 1000


def show(
    recording: Annotated[
        Path,
        typer.Argument(
            metavar="RECORDING|DIR", help="A recording, or a folder of NAME.recording.json files."
        ),
    ],
    *,
    risk: Annotated[
        bool, typer.Option("--risk", help="Show only the dangerous calls, and what each of them opens.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what a recording holds: which call, by whom first, in which phase.

    A folder shows each of its recordings. Works on any machine, without root; of the programs that did
    something the first is shown.

      profilegen show recordings/web.recording.json

      profilegen show --risk recordings
    """
    from profilegen.recording import load  # noqa: PLC0415 - --help must not pay for it

    place = Path(recording)  # PlainCommand converts nothing
    loaded = map(load, files_of([place]))
    if not as_json:
        for index, one in enumerate(loaded):
            _print(one, risk=risk, after_another=index > 0)
        return
    from profilegen.render.recording_json import documents  # noqa: PLC0415 - seldom asked for

    whole = documents(loaded, risk=risk, folder=is_folder(place))
    typer.echo(json_text(whole), nl=False)


def _print(loaded: Recording, *, risk: bool, after_another: bool) -> None:
    from rich.console import Console  # noqa: PLC0415

    from profilegen.render import recording as everything  # noqa: PLC0415
    from profilegen.render import risks  # noqa: PLC0415

    if after_another:
        typer.echo()
    width = None if sys.stdout.isatty() else _PIPE_WIDTH  # grep wants whole lines
    Console(width=width, highlight=False).print(risks.show(loaded) if risk else everything.show(loaded))
