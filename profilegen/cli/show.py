"""``profilegen show``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from profilegen.text import json_text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from profilegen.recording import Recording

_PIPE_WIDTH = 1000


def show(
    recording: Annotated[Path, typer.Argument(metavar="RECORDING|DIR", help="A NAME.recording.json.")],
    *,
    risk: Annotated[
        bool, typer.Option("--risk", help="Only the dangerous calls, and what they open.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For a program, on stdout.")] = False,
) -> None:
    """Show what a recording holds: which call, by whom first, in which phase.

    Needs no rights and no kernel; the first programs of each item are kept, not all of them.

      profilegen show recordings/web.recording.json

      profilegen show --risk recordings/web.recording.json
    """
    from profilegen.recording import load  # noqa: PLC0415 - --help must not pay for it

    loaded = load(recording)
    if risk:
        _risk(loaded, as_json=as_json)
        return
    if as_json:
        from profilegen.render.document import document  # noqa: PLC0415

        typer.echo(json_text(document(loaded)), nl=False)
        return

    from profilegen.render import show as render  # noqa: PLC0415

    _print(render.show(loaded))


def _risk(loaded: Recording, *, as_json: bool) -> None:
    from profilegen.render import risk as render  # noqa: PLC0415

    if as_json:
        typer.echo(
            json_text({"version": 1, "subject": loaded.subject, "risks": render.made(loaded)}), nl=False
        )
    else:
        _print(render.show(loaded))


def _print(what: RenderableType) -> None:
    from rich.console import Console  # noqa: PLC0415

    width = None if sys.stdout.isatty() else _PIPE_WIDTH  # grep wants whole lines
    Console(width=width, highlight=False).print(what)
