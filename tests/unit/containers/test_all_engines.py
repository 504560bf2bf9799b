"""Several engines, asked as one."""

from __future__ import annotations

from threading import Barrier
from typing import cast

from profilegen.containers.all_engines import AllEngines
from profilegen.containers.interface import Engine
from profilegen.containers.model import EngineContainer
from profilegen.containers.registry import Registry


class Together:
    """An engine that answers only while the other one is asked too."""

    def __init__(self, barrier: Barrier, *containers: EngineContainer) -> None:
        self._barrier = barrier
        self._containers = containers

    def running(self) -> tuple[EngineContainer, ...]:
        self._barrier.wait(timeout=60)
        return self._containers


def test_engines_are_asked_at_the_same_time_and_the_first_that_lists_a_container_counts() -> None:
    barrier = Barrier(2)
    first = Together(barrier, EngineContainer(id="a", name="docker's"))
    second = Together(barrier, EngineContainer(id="a", name="podman's"), EngineContainer(id="b"))
    engines = AllEngines(Registry(), [cast("Engine", first), cast("Engine", second)])
    assert [(one.id, one.name) for one in engines.running()] == [("a", "docker's"), ("b", "")]
