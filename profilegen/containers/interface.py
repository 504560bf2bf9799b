"""What a recording session needs of the container engines, and of each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from profilegen.containers.model import EngineContainer

if TYPE_CHECKING:
    from profilegen.containers.cgroup_paths import CgroupOwner

Started = Callable[[EngineContainer], None]


class Engine(Protocol):
    """One engine whose containers come and go; what it says of them it writes into a registry."""

    def may_know(self, owner: CgroupOwner) -> bool:
        """Whether this container may be its own, so that it is worth while to wait for the name."""

    def busy(self) -> bool:
        """Whether it has not heard all yet: it begins to listen, or asks about what it has heard."""

    def follow(self, started: Started) -> None:
        """Watch its events from now on, in a thread; ``started`` is called for each start of a container."""

    def running(self) -> tuple[EngineContainer, ...]:
        """The containers that run now."""

    def close(self) -> None:
        """Stop watching."""


class Engines(Engine, Protocol):
    """All engines as one; unit tests bring their own."""

    def find(self, owner: CgroupOwner, seconds: float, ends: int = 0) -> EngineContainer | None:
        """What is known of a container, once an engine has said that it has ended so often.

        Args:
            owner: the container.
            seconds: how long the engines that may know it must be idle and silent before the wait is over.
            ends: runs of it that must have ended by the engine's word.

        Returns:
            What is known by then; None: nothing.
        """
