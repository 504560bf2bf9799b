"""The numbers and names of the system calls of an ABI, from ``syscall_tables/abi/``.

Names are those of the kernel's ``.tbl`` files, which are also those of ``__NR_*`` and of libseccomp.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from profilegen.errors import DataFileError
from profilegen.tables.rows import read_unsorted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.abi import Abi

LEVEL = "7.3"
"""The kernel whose calls the tables have (SOURCES.md)."""


class Call(NamedTuple):
    """One line of a table."""

    number: int
    name: str
    since: str


@dataclass(frozen=True)
class SyscallTable:
    """The system calls of one ABI; numbers are what ``seccomp_data.nr`` holds."""

    abi: Abi
    _names: Mapping[int, str]
    _numbers: Mapping[str, int]
    _since: Mapping[str, str]

    @property
    def names(self) -> frozenset[str]:
        """Every name that the ABI has a number for, calls that were never implemented included."""
        return frozenset(self._numbers)

    def name(self, number: int) -> str | None:
        """The name of a number, None if the table has none."""
        return self._names.get(number)

    def number(self, name: str) -> int | None:
        """The number of a name, None if the ABI has no such call."""
        return self._numbers.get(name)

    def since(self, name: str) -> str | None:
        """The earliest kernel that can have the call (``5.9``); None if unknown or never implemented."""
        return self._since.get(name)


@cache
def table(abi: Abi) -> SyscallTable:
    """The table of an ABI, read once.

    Raises:
        DataFileError: the file is missing, or its numbers are not ascending, or a name is there twice.
    """
    calls = read_unsorted(f"abi/{abi.value}.csv", Call)
    if not calls:
        raise DataFileError(f"the syscall table of {abi} has no call")
    for (before, _, _), (after, name, _) in pairwise(calls):
        if before >= after:
            raise DataFileError(f"the syscall table of {abi} is not sorted by unique numbers at {name}")
    numbers = {name: number for number, name, _ in calls}
    if len(numbers) != len(calls) or "" in numbers:
        raise DataFileError(f"the syscall table of {abi} has a name twice or a number without a name")
    return SyscallTable(
        abi,
        MappingProxyType({number: name for number, name, _ in calls}),
        MappingProxyType(numbers),
        MappingProxyType({name: since for _, name, since in calls if since}),
    )
