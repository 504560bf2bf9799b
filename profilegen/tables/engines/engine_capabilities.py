"""Capabilities whose names are newer than some engines, from ``engine_capabilities.csv``."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from profilegen.capabilities import Capability
from profilegen.tables.rows import read
from profilegen.versions import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Name(NamedTuple):
    """One line of the data file."""

    engine: str
    capability: Capability
    since: str
    source: str


@cache
def _since() -> Mapping[tuple[str, Capability], str]:
    """The first version of an engine that takes a capability for ``--cap-add``."""
    rows = read("engine_capabilities.csv", _Name)
    return MappingProxyType({(row.engine, row.capability): row.since for row in rows})


def unknown_until(engine: str, engine_version: str, capability: Capability) -> str | None:
    """The version of the engine that brings the capability, None if this one has it.

    An engine whose version nobody knows is taken for a new one.
    """
    since = _since().get((engine, capability))
    running = numbers(engine_version)
    return since if since is not None and running and running < numbers(since) else None
