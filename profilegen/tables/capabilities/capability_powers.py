"""Ranks of capabilities by power, from ``syscall_tables/capability_powers.csv``."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from profilegen.capabilities import Capability
from profilegen.tables.rows import read

if TYPE_CHECKING:
    from collections.abc import Mapping


class Power(NamedTuple):
    """What a capability gives to an attacker who has taken the program over."""

    name: Capability
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
    return MappingProxyType({row.name: row for row in read("capability_powers.csv", Power)})


def by_power(capability: Capability) -> tuple[int, int]:
    """A key to sort by: the least powerful first, those of one rank by the kernel's number."""
    return powers()[capability].rank, capability.number
