"""The engines of this machine: those that answer are asked together, without one ids are all there is."""

from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from profilegen.containers.engines.cgroup_tree import CgroupTree
from profilegen.containers.engines.docker import DockerEngine
from profilegen.containers.engines.podman import PodmanEngine
from profilegen.containers.registry import Registry
from profilegen.errors import EngineUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from profilegen.command.invoker import Invoker
    from profilegen.containers.cgroup_paths import CgroupOwner
    from profilegen.containers.interface import Engine, Started
    from profilegen.containers.model import EngineContainer
    from profilegen.containers.selection import Selection

_ID = re.compile(r"[0-9a-f]{4,64}")


class AllEngines:
    """See :class:`profilegen.containers.interface.Engines`. The first that lists a container counts."""

    def __init__(self, registry: Registry, engines: Sequence[Engine]) -> None:
        self._registry = registry
        self._engines = engines

    def may_know(self, owner: CgroupOwner) -> bool:
        """Whether any may know it."""
        return any(engine.may_know(owner) for engine in self._engines)

    def busy(self) -> bool:
        """Whether any is."""
        return any(engine.busy() for engine in self._engines)

    def follow(self, started: Started) -> None:
        """Watch the events of all."""
        for engine in self._engines:
            engine.follow(started)

    def running(self) -> tuple[EngineContainer, ...]:
        """The containers of all, which are asked at the same time: podman takes a tenth of a second."""
        found: dict[str, EngineContainer] = {}
        with ThreadPoolExecutor(len(self._engines)) as pool:
            for containers in pool.map(lambda engine: engine.running(), self._engines):
                for container in containers:
                    found.setdefault(container.id, container)
        return tuple(found.values())

    def find(self, owner: CgroupOwner, seconds: float, ends: int = 0) -> EngineContainer | None:
        """What any of them has said."""
        asked = [engine for engine in self._engines if engine.may_know(owner)]
        return self._registry.find(
            owner.container_id, seconds, lambda: any(one.busy() for one in asked), ends
        )

    def close(self) -> None:
        """Stop watching."""
        for engine in self._engines:
            engine.close()


def open_engines(
    selection: Selection, cgroup2: Path, invoker: Invoker | None, say: Callable[[str], None]
) -> AllEngines:
    """Docker where it answers, podman where it is installed: root's, and that of the user behind sudo.

    Args:
        selection: without an engine only ids can be chosen.
        cgroup2: where the cgroup v2 hierarchy is mounted.
        invoker: the user behind sudo.
        say: takes a line for the user.

    Raises:
        EngineUnreachableError: names were asked for, and no engine is there to know them.
    """
    registry = Registry()
    engines: list[Engine] = []
    absent: EngineUnreachableError | None = None
    try:
        engines.append(DockerEngine(registry, selection.label_keys))
    except EngineUnreachableError as error:
        absent = error
    if shutil.which("podman") is not None:
        engines.append(PodmanEngine(registry, labels=selection.label_keys))
        if invoker is not None:
            engines.append(PodmanEngine(registry, invoker, selection.label_keys))
    if absent is not None:
        if not engines and not all(map(_ID.fullmatch, selection.names)):
            raise absent
        rest = "only Podman's containers get names" if engines else "containers are called by their ids"
        say(f"{absent.cause}; {rest}")
    return AllEngines(registry, (*engines, CgroupTree(cgroup2)))


def components() -> Mapping[str, Mapping[str, str] | EngineUnreachableError]:
    """The parts of each engine with their versions, or why it does not answer.

    Docker is always asked, Podman where it is installed; of its runtimes the default one counts.
    """
    registry = Registry()
    found: dict[str, Mapping[str, str] | EngineUnreachableError] = {}
    try:
        docker = DockerEngine(registry)
    except EngineUnreachableError as error:
        found["docker"] = error
    else:
        found["docker"] = docker.components
        docker.close()
    if shutil.which("podman") is not None:
        found["podman"] = PodmanEngine(registry).components or EngineUnreachableError(
            "podman info fails", "podman info"
        )
    return found
