"""What a capability check without audit decides, by who asks, from ``unaudited_checks.csv``."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from profilegen.capabilities import Capability
from profilegen.tables.capabilities.kernel_functions import without_layer
from profilegen.tables.rows import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Consequence(StrEnum):
    """What becomes of a program that lacks the capability."""

    FAILS = "fails"
    LESS = "less"
    """It goes on, and is shown or given less."""
    NEVER = "never"
    """Nothing that it could notice."""


class UnauditedCheck(NamedTuple):
    """A place in the kernel that asks for a capability without audit."""

    function: tuple[str, ...]
    """Those that ask, or that the compiler may have put the question into."""
    through: frozenset[str]
    """Functions further out, one of which must be in the stack; none: wherever it is asked."""
    capability: tuple[Capability, ...]
    consequence: Consequence
    writes: tuple[str, ...]
    """Beginnings of paths: without a file below one that is opened for writing there is no consequence."""
    root: bool
    """There is none either for the root of the machine."""
    since: str
    meaning: str
    source: str


Checks = tuple[UnauditedCheck, ...]


@cache
def unaudited_checks() -> Mapping[tuple[str, Capability], Checks]:
    """All of them by function and capability, those with ``through`` first.

    A function that the compiler may inline has those that it ends up in beside it.

    Raises:
        DataFileError: the file is missing or damaged.
    """
    found: dict[tuple[str, Capability], Checks] = {}
    for check in read("unaudited_checks.csv", UnauditedCheck):
        for function in check.function:
            for capability in check.capability:
                known = (*found.get((function, capability), ()), check)
                found[function, capability] = tuple(sorted(known, key=lambda one: not one.through))
    return MappingProxyType(found)


def unaudited_check(capability: Capability, stack: Sequence[str]) -> UnauditedCheck | None:
    """The place that a stack of kernel functions tells, the innermost first; None: not known."""
    names = [without_layer(name) for name in stack]
    for name in names:
        for check in unaudited_checks().get((name, capability), ()):
            if not check.through or check.through.intersection(names):
                return check
    return None
