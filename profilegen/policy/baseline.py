"""What OCI runtimes call after their seccomp filter is active: ``runtime_baseline.csv``."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from profilegen.tables import read_rows

ANY = "any"
COLUMNS = ("runtime", "version", "no_new_privileges", "command", "class", "name", "source")


class Call(NamedTuple):
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
def calls() -> tuple[Call, ...]:
    """The lines of the data file."""
    return tuple(Call(*row.values()) for row in read_rows("runtime_baseline.csv", COLUMNS))


@cache
def runtimes() -> tuple[str, ...]:
    """All runtimes that something is known about."""
    return tuple(sorted({row.runtime for row in calls()}))


def within(version: str, span: str) -> bool:
    """Whether a version such as ``1.1.5+ds1`` is in a span of the data."""
    first, _, last = span.partition("-")
    return version_numbers(first) <= version_numbers(version) <= version_numbers(last or first)


def version_numbers(text: str) -> tuple[int, ...]:
    """The leading numbers: ``1.1.5+ds1`` is (1, 1, 5)."""
    found = re.match(r"v?(\d{1,9}(?:\.\d{1,9})*)", text, re.ASCII)
    return tuple(int(number) for number in found[1].split(".")) if found else ()
