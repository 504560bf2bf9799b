"""Calls that others imply (``timing.csv``, ``siblings.csv``), and those never added (``never_added.csv``)."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from profilegen.tables.rows import read


class Implied(NamedTuple):
    """A call that belongs into a profile as soon as every call of ``seen`` is in it."""

    name: str
    abi: str
    """An ABI that must be listed, or ``any``."""
    seen: frozenset[str]
    group: str
    evidence: str


class NeverAdded(NamedTuple):
    """A call that no rule may add."""

    name: str
    reason: str


@cache
def timing() -> tuple[Implied, ...]:
    """What another run of the same program may call, by timing alone."""
    return read("timing.csv", Implied)


@cache
def siblings() -> tuple[Implied, ...]:
    """What the same program calls with another libc."""
    return read("siblings.csv", Implied)


@cache
def never_added() -> tuple[NeverAdded, ...]:
    """What neither of them may add, each decided by itself."""
    return read("never_added.csv", NeverAdded)
