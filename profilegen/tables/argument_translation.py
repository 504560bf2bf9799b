"""Where another architecture has an argument, and with which number (``argument_translation.csv``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, NamedTuple

from profilegen.tables.abi_groups import ANY, most_special
from profilegen.tables.rows import read

if TYPE_CHECKING:
    from profilegen.abi import Abi

Values = tuple[tuple[int, int], ...]
"""Pairs of index and value, sorted by index."""


def _values(text: str) -> dict[int, int]:
    pairs = (word.partition("=") for word in text.split())
    return {int(old): int(new or old) for old, _, new in pairs}


class Place(NamedTuple):
    """Where one argument of the call on the target comes from."""

    name: str
    equivalent: str
    index: int | None  # type: ignore[assignment]  # tuple.index, which nobody calls
    """None: nobody can tell."""
    group: str
    """Of targets."""
    source: int | None
    """Index of the recorded argument; None: it always has the one value."""
    values: Annotated[Mapping[int, int], _values]
    """Numbers that the target has others for; of an argument without a source the one value, for itself."""
    evidence: str


@cache
def places() -> tuple[Place, ...]:
    """The lines of the data file.

    Raises:
        DataFileError: it is missing or damaged.
    """
    return read("argument_translation.csv", Place)


def translated_values(name: str, values: Values, equivalent: str, source: Abi, target: Abi) -> Values | None:
    """The arguments of the equivalent call on the target, None if they cannot be told.

    Args:
        name: call that was recorded on the source.
        values: its recorded arguments.
        equivalent: call of the target.
        source: where it was recorded.
        target: where it shall be allowed.
    """
    rows = [row for row in places() if (row.name, row.equivalent) == (name, equivalent)]
    here = most_special(source, rows, lambda row: row.group)
    there = most_special(target, rows, lambda row: row.group)
    recorded = dict(values)
    known = {row.source for row in there if row.source is not None}
    # An argument without a line of its own, or a source that numbers in its own way: nobody can tell.
    if (
        not there
        or any(row.index is None for row in there)
        or any(row.group != ANY for row in here)
        or len(recorded) != len(values)
    ):
        return None
    if not recorded.keys() <= known or (known and not recorded):
        return None
    found = {
        row.index: _value(row, recorded) for row in there if row.source is None or row.source in recorded
    }
    return tuple(sorted((index, value) for index, value in found.items() if index is not None))


def _value(row: Place, recorded: Mapping[int, int]) -> int:
    if row.source is None:
        return next(iter(row.values), 0)
    value = recorded[row.source]
    return row.values.get(value, value)
