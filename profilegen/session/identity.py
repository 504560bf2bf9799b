"""The container of a cgroup, as far as it is known while the recording goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.containers.cgroup_paths import owner_of
from profilegen.containers.model import EngineContainer

if TYPE_CHECKING:
    from profilegen.containers.interface import Engines


def container_of(cgroup_path: str, engines: Engines) -> EngineContainer | None:
    """The container of a cgroup, by its id alone if no engine has described it; None if it is none's."""
    owner = owner_of(cgroup_path)
    return None if owner is None else engines.find(owner, 0.0) or EngineContainer(id=owner.container_id)
