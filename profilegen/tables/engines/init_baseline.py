"""What the init programs call that engines put before a container's program (``init_baseline.csv``).

``docker run --init`` starts docker-init, which is tini, Podman catatonit. Measured on x86_64.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from profilegen.tables.rows import read


class InitCall(NamedTuple):
    """One call of one init program."""

    init: str
    name: str
    source: str


@cache
def init_calls() -> tuple[InitCall, ...]:
    """The lines of the data file."""
    return read("init_baseline.csv", InitCall)
