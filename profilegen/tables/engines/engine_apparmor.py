"""What every container's AppArmor profile has (``engine_apparmor.csv``).

Files that a process needs unseen; what engines' own profiles refuse; who may send signals.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from profilegen.tables.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.tables.rows import Row

_COLUMNS = ("kind", "what", "letters", "reason", "source")


class Files(NamedTuple):
    """Files that every container, or none, may use in a certain way."""

    pattern: str
    """In AppArmor's syntax, with its variables."""
    letters: str
    """In which way, in AppArmor's letters."""
    reason: str


class Named(NamedTuple):
    """An address family or a label, by AppArmor's name for it."""

    name: str
    reason: str


@cache
def needed_unseen() -> tuple[Files, ...]:
    """What a process is given or loads without an open that a recording would show, or by chance."""
    return tuple(Files(row["what"], row["letters"], row["reason"]) for row in _rows("always"))


@cache
def denied_paths() -> tuple[Files, ...]:
    """The files below /proc and /sys."""
    return tuple(Files(row["what"], row["letters"], row["reason"]) for row in _rows("path"))


@cache
def denied_families() -> tuple[Named, ...]:
    """The address families without a use in a container."""
    return tuple(Named(row["what"], row["reason"]) for row in _rows("family"))


@cache
def engine_labels() -> tuple[Named, ...]:
    """Patterns of the labels that engines and runtimes run under."""
    return tuple(Named(row["what"], row["reason"]) for row in _rows("peer"))


def _rows(kind: Literal["always", "path", "family", "peer"]) -> Iterator[Row]:
    return (row for row in read_rows("engine_apparmor.csv", _COLUMNS) if row["kind"] == kind)
