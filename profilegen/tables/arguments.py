"""Which arguments of which calls a recording holds, from ``syscall_tables/arguments.csv``."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, NamedTuple

from profilegen.tables.rows import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from profilegen.abi import Abi

Mask = tuple[int, int]
"""Index of the argument (0 to 5) and the bits of it that are recorded."""

MAX_COMBINATIONS = 64
"""So many combinations of one call are told apart; with more it counts as called with anything."""

_ANY, _MEMORY = "any", "memory"


def _index(text: str) -> int | None:
    return None if text == _MEMORY else int(text)


class _Argument(NamedTuple):
    """One line of the data file."""

    name: str
    abis: tuple[str, ...]
    index: Annotated[int | None, _index]  # type: ignore[assignment]  # tuple.index, which nobody calls
    """None: in memory."""
    mask: int | None
    meaning: str


@cache
def masks(abi: Abi) -> Mapping[str, tuple[Mask, ...]]:
    """The recorded arguments of each argument-sensitive call of an ABI, sorted by index.

    Raises:
        DataFileError: the file is missing or damaged.
    """
    found = {
        name: tuple(sorted((row.index, row.mask) for row in rows if row.index is not None and row.mask))
        for name, rows in _of(abi)
    }
    return MappingProxyType({name: recorded for name, recorded in found.items() if recorded})


@cache
def in_memory(abi: Abi) -> frozenset[str]:
    """Calls that keep arguments in memory, where neither a recorder nor a filter can trust them.

    Raises:
        DataFileError: the file is missing or damaged.
    """
    return frozenset(name for name, rows in _of(abi) if any(row.index is None for row in rows))


def _of(abi: Abi) -> Iterator[tuple[str, list[_Argument]]]:
    """The rows of each call: those that name the ABI, else those for any."""
    for name, group in groupby(_rows(), key=lambda row: row.name):
        every = list(group)
        own = [row for row in every if abi in row.abis]
        yield name, own or [row for row in every if row.abis == (_ANY,)]


@cache
def _rows() -> tuple[_Argument, ...]:
    return read("arguments.csv", _Argument)
