"""ABIs that have something in common, such as their width (``abi_groups.csv``)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from profilegen.abi import Abi
from profilegen.tables.rows import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    T = TypeVar("T")

ANY = "any"
"""In a data file: every ABI."""


class _Member(NamedTuple):
    """One line of the data file."""

    group: str
    abi: Abi


@cache
def groups(abi: Abi) -> frozenset[str]:
    """The groups that an ABI is in; it is one of its own, and one of ``any``.

    Raises:
        DataFileError: the data file is missing or damaged.
    """
    rows = read("abi_groups.csv", _Member)
    return frozenset({ANY, abi.value, *(row.group for row in rows if row.abi is abi)})


def most_special(abi: Abi, rows: Iterable[T], group: Callable[[T], str]) -> list[T]:
    """The rows for an ABI: those of its own groups, else those for any."""
    found = [row for row in rows if group(row) in groups(abi)]
    return [row for row in found if group(row) != ANY] or found
