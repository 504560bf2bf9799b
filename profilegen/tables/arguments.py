"""Which arguments of which calls a recording holds, from ``syscall_tables/arguments.csv``."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING

from profilegen.errors import DataFileError
from profilegen.tables.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from profilegen.abi import Abi
    from profilegen.tables.rows import Row

Mask = tuple[int, int]
"""Index of the argument (0 to 5) and the bits of it that are recorded."""

MAX_COMBINATIONS = 64
"""So many combinations of one call are told apart; with more it counts as called with anything."""

_ANY, _MEMORY = "any", "memory"


@cache
def masks(abi: Abi) -> Mapping[str, tuple[Mask, ...]]:
    """The recorded arguments of each argument-sensitive call of an ABI, sorted by index.

    Raises:
        DataFileError: the file is missing or damaged.
    """
    try:
        found = {
            name: tuple(
                sorted((int(row["index"]), int(row["mask"], 16)) for row in rows if row["index"] != _MEMORY)
            )
            for name, rows in _of(abi)
        }
    except ValueError as error:
        raise DataFileError(f"the data file arguments.csv has a damaged line: {error}") from error
    return MappingProxyType({name: recorded for name, recorded in found.items() if recorded})


@cache
def in_memory(abi: Abi) -> frozenset[str]:
    """Calls that keep arguments in memory, where neither a recorder nor a filter can trust them.

    Raises:
        DataFileError: the file is missing or damaged.
    """
    return frozenset(name for name, rows in _of(abi) if any(row["index"] == _MEMORY for row in rows))


def _of(abi: Abi) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each call: those that name the ABI, else those for any."""
    rows = read_rows("arguments.csv", ("name", "abis", "index", "mask", "meaning"))
    for name, group in groupby(rows, key=lambda row: row["name"]):
        every = list(group)
        own = [row for row in every if abi in row["abis"].split()]
        yield name, own or [row for row in every if row["abis"] == _ANY]
