"""What a capability check without audit decides, by who asks, from ``unaudited_checks.csv``."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from profilegen.capabilities import Capability
from profilegen.errors import DataFileError
from profilegen.tables.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_COLUMNS = (
    "function", "through", "capability", "consequence", "writes", "root", "since", "meaning", "source",
)  # fmt: skip
_ENTRY = re.compile(r"^__(?:x64|ia32|arm64|do|se)_sys_")
"""How the functions of a system call begin that the kernel's macros make (SYSCALL_DEFINE)."""


class Consequence(StrEnum):
    """What becomes of a program that lacks the capability."""

    FAILS = "fails"
    LESS = "less"
    """It goes on, and is shown or given less."""
    NEVER = "never"
    """Nothing that it could notice."""


class UnauditedCheck(NamedTuple):
    """A place in the kernel that asks for a capability without audit."""

    through: frozenset[str]
    """Functions further out, one of which must be in the stack; none: wherever it is asked."""
    consequence: Consequence
    writes: tuple[str, ...]
    """Beginnings of paths: without a file below one that is opened for writing there is no consequence."""
    root_may: bool
    """There is none either for the root of the machine."""
    meaning: str


Checks = tuple[UnauditedCheck, ...]


@cache
def unaudited_checks() -> Mapping[tuple[str, Capability], Checks]:
    """All of them by function and capability, those with ``through`` first.

    A function that the compiler may inline has those that it ends up in beside it.

    Raises:
        DataFileError: the file is missing or damaged.
    """
    found: dict[tuple[str, Capability], Checks] = {}
    for row in read_rows("unaudited_checks.csv", _COLUMNS):
        try:
            check = UnauditedCheck(
                frozenset(row["through"].split()),
                Consequence(row["consequence"]),
                tuple(row["writes"].split()),
                root_may=bool(row["root"]),
                meaning=row["meaning"],
            )
            capabilities = [Capability(name) for name in row["capability"].split()]
        except ValueError as error:
            raise DataFileError(f"the data file unaudited_checks.csv has a damaged line: {error}") from error
        for function in row["function"].split():
            for capability in capabilities:
                known = (*found.get((function, capability), ()), check)
                found[function, capability] = tuple(sorted(known, key=lambda one: not one.through))
    return MappingProxyType(found)


def unaudited_check(capability: Capability, stack: Sequence[str]) -> UnauditedCheck | None:
    """The place that a stack of kernel functions tells, the innermost first; None: not known."""
    names = [_ENTRY.sub("sys_", name) for name in stack]
    for name in names:
        for check in unaudited_checks().get((name, capability), ()):
            if not check.through or check.through.intersection(names):
                return check
    return None
