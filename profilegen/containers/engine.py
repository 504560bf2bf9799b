"""What a recording session needs of a container engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from profilegen.containers.model import ContainerInfo

Started = Callable[[ContainerInfo], None]


class Engine(Protocol):
    """An engine whose containers come and go; unit tests bring their own."""

    def follow(self, started: Started) -> None:
        """Watch its events from now on, in a thread; ``started`` is called for each start of a container."""

    def running(self) -> tuple[ContainerInfo, ...]:
        """The containers that run now."""

    def find(self, container_id: str, seconds: float) -> ContainerInfo | None:
        """What is known of a container; None if the engine is silent for so long and has not named it."""

    def close(self) -> None:
        """Stop watching."""
