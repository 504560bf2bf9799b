"""What OCI runtimes call after their seccomp filter is active: ``runtime_baseline.csv``."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from profilegen.tables.rows import read
from profilegen.versions import numbers

ANY = "any"


class BaselineCall(NamedTuple):
    """One call of one runtime; ``any`` matches everything."""

    runtime: str
    version: str
    """``1.1.5``, or ``1.2.3-1.3.2`` for first and last."""
    no_new_privileges: str
    command: str
    kind: str
    """``fatal`` or ``tolerated`` when denied, ``untried``, or ``noise`` of a scheduler."""
    name: str
    source: str


@cache
def calls() -> tuple[BaselineCall, ...]:
    """The lines of the data file."""
    return read("runtime_baseline.csv", BaselineCall)


@cache
def runtimes() -> tuple[str, ...]:
    """All runtimes that something is known about."""
    return tuple(sorted({row.runtime for row in calls()}))


def within(version: str, span: str) -> bool:
    """Whether a version such as ``1.1.5+ds1`` is in a span of the data."""
    first, _, last = span.partition("-")
    return numbers(first) <= numbers(version) <= numbers(last or first)
