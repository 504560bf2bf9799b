"""Calls that stand for many by their first argument: ``socketcall`` and ``ipc`` (``multiplexed.csv``)."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from profilegen.tables.rows import read
from profilegen.tables.syscalls import table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.abi import Abi


class SubCall(NamedTuple):
    """A call that can be made through another one."""

    call: str
    """The multiplexer: its arguments lie in memory, where no filter looks."""
    number: int
    """Its first argument; of ipc the lower 16 bits."""
    name: str


@cache
def sub_calls() -> tuple[SubCall, ...]:
    """All of them, by the multiplexer and the number.

    Raises:
        DataFileError: the data file is missing or damaged.
    """
    return tuple(sorted(read("multiplexed.csv", SubCall)))


@cache
def multiplexed(abi: Abi) -> Mapping[str, SubCall]:
    """What a program of this ABI can also, or only, call through a multiplexer, by its name."""
    numbers = table(abi)
    return MappingProxyType({sub.name: sub for sub in sub_calls() if numbers.number(sub.call) is not None})
