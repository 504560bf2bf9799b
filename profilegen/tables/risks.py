"""What calls open to whoever may make them, from ``syscall_tables/risks.csv``."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from profilegen.conditions import Conjunction, conjunction
from profilegen.errors import DataFileError
from profilegen.tables.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping


class Risk(NamedTuple):
    """A call that is dangerous, or is with some arguments."""

    name: str
    conditions: Conjunction
    """The dangerous arguments; none: whatever they are."""
    opens: str
    source: str


@cache
def risks() -> Mapping[str, tuple[Risk, ...]]:
    """All of them, by the name of the call.

    Raises:
        DataFileError: the file is missing or damaged.
    """
    rows = read_rows("risks.csv", ("name", "conditions", "opens", "source"))
    try:
        found = [
            Risk(row["name"], conjunction(row["conditions"]), row["opens"], row["source"]) for row in rows
        ]
    except ValueError as error:
        raise DataFileError(f"the data file risks.csv has a damaged line: {error}") from error
    return MappingProxyType(
        {name: tuple(group) for name, group in groupby(found, key=lambda risk: risk.name)}
    )
