"""Capabilities that the kernel asks for in turn, where one of two is enough (``asked_in_turn.csv``)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, NamedTuple

from profilegen.capabilities import Capability
from profilegen.tables.capabilities.capability_powers import by_power
from profilegen.tables.capabilities.kernel_functions import without_layer
from profilegen.tables.rows import read
from profilegen.versions import Version, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

_ANY = "any"


def _functions(text: str) -> frozenset[str]:
    return frozenset() if text == _ANY else frozenset(text.split())


class Turn(NamedTuple):
    """Two capabilities that functions of the kernel ask for one after the other, until one is granted."""

    first: Capability
    next: Capability
    functions: Annotated[frozenset[str], _functions]
    """Empty: whichever function asks for the first one."""
    since: Annotated[Version, numbers]
    """The first kernel that asks so."""
    until: Annotated[Version, numbers]
    """The last one; empty: all newer ones do."""
    source: str

    def at(self, askers: Sequence[str], kernel: Version) -> bool:
        """Whether the innermost of these functions asks so in this kernel."""
        told = not self.functions or (bool(askers) and without_layer(askers[0]) in self.functions)
        return told and self.since <= kernel and (not self.until or kernel[: len(self.until)] <= self.until)


@cache
def turns() -> tuple[Turn, ...]:
    """All of them.

    Raises:
        DataFileError: the file is missing or damaged.
    """
    return read("asked_in_turn.csv", Turn)


def less_powerful(capability: Capability) -> tuple[Capability, ...]:
    """What the kernel takes somewhere in place of a capability and opens less, the least powerful first."""
    pairs = [(turn.first, turn.next) for turn in turns()]
    others = {one for pair in pairs for one in pair if capability in pair}
    return tuple(sorted((one for one in others if by_power(one) < by_power(capability)), key=by_power))


def instead_of(
    granted: Capability, before: Capability | None, askers: Sequence[str], kernel: str
) -> tuple[Capability, ...]:
    """Capabilities of which one would have done in place of the granted one.

    Args:
        granted: what the kernel granted.
        before: what it had asked for right before, and refused; None: nothing.
        askers: the functions that asked, the innermost first; empty: not known.
        kernel: its release, as ``uname -r`` prints it.

    Returns:
        What would have come next, or the one before; sorted.
    """
    running = numbers(kernel)
    found = {
        turn.next if turn.first is granted else turn.first
        for turn in turns()
        if granted is turn.first or (granted is turn.next and before is turn.first)
        if turn.at(askers, running)
    }
    return tuple(sorted(found))
