"""Where a container's data outlives it, and whether there was some before the recording."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LONGEST_PLACE = 256  # characters
_ENTRIES = 1000
"""Entries of a host folder that are looked at, at the most."""


class Volume(NamedTuple):
    """A volume, or a folder of the host, that a container may write to."""

    place: str
    """Where the container has it."""
    source: str
    """Where the host has it."""
    had_data: bool = False
    """There was data in it before the recording."""


def volumes_of(mounts: Iterable[Mapping[str, Any]], began: float) -> tuple[Volume, ...]:
    """The volumes among ``Mounts`` of inspect, sorted by place; no files, no sockets and nothing read-only.

    Args:
        mounts: as Docker and Podman list them.
        began: when the recording did, in seconds since the epoch.
    """
    found = []
    for mount in mounts:
        source, kind = str(mount.get("Source", "")), mount.get("Type")
        if mount.get("RW") and (kind == "volume" or (kind == "bind" and os.path.isdir(source))):  # noqa: PTH112
            old = _is_older(source, began) if kind == "volume" else _has_older(source, began)
            found.append(Volume(str(mount.get("Destination", ""))[:_LONGEST_PLACE], source, old))
    return tuple(sorted(found))


def _is_older(source: str, began: float) -> bool:
    """Whether a volume was made before: nothing in the folder of ``_data`` changes after that."""
    try:
        return Path(source).parent.stat().st_mtime < began
    except (OSError, ValueError):  # of another driver, or gone
        return False


def _has_older(source: str, began: float) -> bool:
    try:
        with os.scandir(source) as entries:
            return any(
                entry.stat(follow_symlinks=False).st_ctime < began for entry in islice(entries, _ENTRIES)
            )
    except (OSError, ValueError):
        return False
