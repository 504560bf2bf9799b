"""Capabilities whose names are newer than some engines, from ``engine_capabilities.csv``."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from profilegen.capabilities import Capability
from profilegen.errors import DataFileError
from profilegen.tables.rows import read_rows
from profilegen.versions import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def _since() -> Mapping[tuple[str, Capability], str]:
    """The first version of an engine that takes a capability for ``--cap-add``."""
    rows = read_rows("engine_capabilities.csv", ("engine", "capability", "since", "source"))
    try:
        found = {(row["engine"], Capability(row["capability"])): row["since"] for row in rows}
    except ValueError as error:
        raise DataFileError(f"the data file engine_capabilities.csv has a damaged line: {error}") from error
    return MappingProxyType(found)


def unknown_until(engine: str, engine_version: str, capability: Capability) -> str | None:
    """The version of the engine that brings the capability, None if this one has it.

    An engine whose version nobody knows is taken for a new one.
    """
    since = _since().get((engine, capability))
    running = numbers(engine_version)
    return since if since is not None and running and running < numbers(since) else None
