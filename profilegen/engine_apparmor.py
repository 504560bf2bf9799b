"""What engines' own AppArmor profiles refuse, and whom they take signals from (``engine_apparmor.csv``)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from profilegen.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.tables import Row

_COLUMNS = ("kind", "what", "denied", "reason", "source")


class DeniedPath(NamedTuple):
    """Files that no container may use in a certain way."""

    pattern: str
    """In AppArmor's syntax, with its variables."""
    letters: str
    """What is refused, in AppArmor's letters."""
    reason: str


class Named(NamedTuple):
    """An address family or a label, by AppArmor's name for it."""

    name: str
    reason: str


@cache
def denied_paths() -> tuple[DeniedPath, ...]:
    """The files below /proc and /sys."""
    return tuple(DeniedPath(row["what"], row["denied"], row["reason"]) for row in _rows("path"))


@cache
def denied_families() -> tuple[Named, ...]:
    """The address families without a use in a container."""
    return tuple(Named(row["what"], row["reason"]) for row in _rows("family"))


@cache
def engine_labels() -> tuple[Named, ...]:
    """Patterns of the labels that engines and runtimes run under."""
    return tuple(Named(row["what"], row["reason"]) for row in _rows("peer"))


def _rows(kind: Literal["path", "family", "peer"]) -> Iterator[Row]:
    return (row for row in read_rows("engine_apparmor.csv", _COLUMNS) if row["kind"] == kind)
