"""ABIs that have something in common, such as their width (``abi_groups.csv``)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from profilegen.abi import Abi
from profilegen.errors import DataFileError
from profilegen.tables.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    T = TypeVar("T")

ANY = "any"
"""In a data file: every ABI."""


@cache
def groups(abi: Abi) -> frozenset[str]:
    """The groups that an ABI is in; it is one of its own, and one of ``any``.

    Raises:
        DataFileError: the data file is missing or damaged.
    """
    try:
        rows = [(row["group"], Abi(row["abi"])) for row in read_rows("abi_groups.csv", ("group", "abi"))]
    except ValueError as error:
        raise DataFileError(f"the data file abi_groups.csv has a damaged line: {error}") from error
    return frozenset({ANY, abi.value, *(group for group, member in rows if member is abi)})


def most_special(abi: Abi, rows: Iterable[T], group: Callable[[T], str]) -> list[T]:
    """The rows for an ABI: those of its own groups, else those for any."""
    found = [row for row in rows if group(row) in groups(abi)]
    return [row for row in found if group(row) != ANY] or found
