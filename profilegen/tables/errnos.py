"""Error numbers, which mips and parisc have numbered in their own way (``errnos.csv``)."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from profilegen.tables.abi_groups import ANY, most_special
from profilegen.tables.rows import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.abi import Abi


_ALIASES = {"EDEADLOCK": "EDEADLK", "ENOTSUP": "EOPNOTSUPP", "EWOULDBLOCK": "EAGAIN"}
"""Names of one number in include/uapi/asm-generic/errno.h and in C libraries."""


class _Errno(NamedTuple):
    """One line of the data file."""

    name: str
    group: str
    number: int


@cache
def numbers(abi: Abi) -> Mapping[str, int]:
    """The numbers of an ABI by name.

    Raises:
        DataFileError: the data file is missing or damaged.
    """
    by_name = defaultdict(list)
    for row in _rows():
        by_name[row.name].append(row)
    known = ((name, most_special(abi, rows, lambda row: row.group)) for name, rows in by_name.items())
    return MappingProxyType({name: rows[0].number for name, rows in known if rows})


def errno_on(abi: Abi, number: int) -> int:
    """The number that an ABI has for an error that amd64 and most others call ``number``.

    A number without a name stays.
    """
    name = next((name for name, known in _common().items() if known == number), None)
    return number if name is None else numbers(abi)[name]


@cache
def _common() -> Mapping[str, int]:
    return {row.name: row.number for row in _rows() if row.group == ANY}


@cache
def _rows() -> tuple[_Errno, ...]:
    return read("errnos.csv", _Errno)


def errno_name(abi: Abi, number: int) -> str:
    """The name of an error by its number on an ABI; ``errno 4000`` if it has none."""
    return next((name for name, known in numbers(abi).items() if known == number), f"errno {number}")


def errno_of(name: str) -> int | None:
    """The number of an error on amd64 and most others, also by an alias; None if there is no such error."""
    return _common().get(_ALIASES.get(name, name))
