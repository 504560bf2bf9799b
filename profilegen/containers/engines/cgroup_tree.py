"""Containers that run, as the cgroup tree has them: those of engines that are not asked, by id alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.containers.cgroup_paths import owner_of
from profilegen.containers.model import EngineContainer

if TYPE_CHECKING:
    from pathlib import Path

    from profilegen.containers.cgroup_paths import CgroupOwner
    from profilegen.containers.interface import Started


class CgroupTree:
    """See :class:`profilegen.containers.interface.Engine`; it knows no name and hears of no start."""

    def __init__(self, cgroup2: Path) -> None:
        self._cgroup2 = cgroup2

    def may_know(self, owner: CgroupOwner) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def busy(self) -> bool:
        """Never."""
        return False

    def follow(self, started: Started) -> None:
        """Nothing to hear."""

    def running(self) -> tuple[EngineContainer, ...]:
        """Every container that has a cgroup."""
        paths = ("/" + str(folder.relative_to(self._cgroup2)) for folder in self._cgroup2.rglob("*/"))
        owners = {owner.container_id: owner for owner in map(owner_of, paths) if owner is not None}
        return tuple(EngineContainer(id=owner.container_id, engine=owner.engine) for owner in owners.values())

    def close(self) -> None:
        """Nothing to end."""
