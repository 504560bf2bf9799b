"""The first port that needs no capability in the networks that engines make (``low_ports.csv``)."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from profilegen.tables.rows import read
from profilegen.versions import numbers

HOST = "host"
"""In place of an engine: the network of the machine itself."""


class FirstPort(NamedTuple):
    """The first port that an engine's own networks leave to everybody, from that version on."""

    engine: str
    since: str
    start: int
    source: str


@cache
def first_ports() -> tuple[FirstPort, ...]:
    """The lines of the data file by engine and version, the newest version of an engine last."""
    return tuple(sorted(read("low_ports.csv", FirstPort), key=lambda row: (row.engine, numbers(row.since))))
