"""How powerful each capability is, from ``syscall_tables/powers.csv``."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from profilegen.capabilities import Capability
from profilegen.errors import DataFileError
from profilegen.tables.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping


class Power(NamedTuple):
    """What a capability gives to an attacker who has taken the program over."""

    rank: int
    """From 1, harmless, to 9, the whole host."""
    opens: str
    """In words, empty for the least of them."""


@cache
def powers() -> Mapping[Capability, Power]:
    """The power of every capability.

    Raises:
        DataFileError: the file is missing or damaged.
    """
    rows = read_rows("powers.csv", ("name", "rank", "opens"))
    try:
        found = {Capability(row["name"]): Power(int(row["rank"]), row["opens"]) for row in rows}
    except ValueError as error:
        raise DataFileError(f"the data file powers.csv has a damaged line: {error}") from error
    return MappingProxyType(found)


def by_power(capability: Capability) -> tuple[int, int]:
    """A key to sort by: the least powerful first, those of one rank by the kernel's number."""
    return powers()[capability].rank, capability.number
