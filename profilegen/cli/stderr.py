"""What a command says on stderr."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer

from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.errors import ProfilegenError


_LONGEST = 200
"""Characters of a line that shows the cause."""


def report(error: ProfilegenError) -> None:
    """Cause, the lines that show it, then what to type next, on stderr."""
    tell(f"profilegen: {printable(error.cause)}")
    for line in error.details:
        tell(f"  {printable(line, _LONGEST)}")
    if error.hint:
        tell(f"  next: {printable(error.hint)}")


def tell(text: str) -> None:
    """A line on stderr. Whoever read it may be gone: what is under way goes on all the same."""
    try:
        typer.echo(text, err=True)
    except OSError:  # EPIPE; EIO of a terminal that hung up; ENOSPC of a log
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stderr.fileno())  # what the interpreter still holds back goes there too
        os.close(nowhere)


def tell_notes(notes: Iterable[str]) -> None:
    """Print each note on a line of its own."""
    for note in notes:
        tell(f"note: {note}")
