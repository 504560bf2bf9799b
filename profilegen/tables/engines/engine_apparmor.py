"""What every container's AppArmor profile has (``engine_apparmor.csv``).

Files that a process needs unseen; what engines' own profiles refuse; who may send signals.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from profilegen.tables.rows import read

if TYPE_CHECKING:
    from collections.abc import Iterator

_Kind = Literal["always", "path", "family", "peer"]


class _Line(NamedTuple):
    """One line of the data file; files have letters, a family and a label have none."""

    kind: str
    what: str
    letters: str
    reason: str
    source: str


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
    return tuple(Files(row.what, row.letters, row.reason) for row in _rows("always"))


@cache
def denied_paths() -> tuple[Files, ...]:
    """The files below /proc and /sys."""
    return tuple(Files(row.what, row.letters, row.reason) for row in _rows("path"))


@cache
def denied_families() -> tuple[Named, ...]:
    """The address families without a use in a container."""
    return tuple(Named(row.what, row.reason) for row in _rows("family"))


@cache
def engine_labels() -> tuple[Named, ...]:
    """Patterns of the labels that engines and runtimes run under."""
    return tuple(Named(row.what, row.reason) for row in _rows("peer"))


def _rows(kind: _Kind) -> Iterator[_Line]:
    return (row for row in read("engine_apparmor.csv", _Line) if row.kind == kind)
