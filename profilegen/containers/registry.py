"""What engines have said about their containers, in one place for all of them."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import replace
from time import monotonic, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from profilegen.containers.life import Life
    from profilegen.containers.model import EngineContainer

_PATIENCE_SECONDS = 60
"""For one that is busy all the time."""
_DESTROYED_KEPT = 256
"""Containers that are no more and that are known: what was seen of one is asked for soon."""


class Registry:
    """Containers by full id; engines write from their threads, a session asks from its own.

    Attributes:
        began: when it was made, in seconds since the epoch: what is older was there before the recording.
    """

    def __init__(self) -> None:
        self.began = time()
        self._known: dict[str, EngineContainer] = {}
        self._started: set[str] = set()
        self._destroyed: deque[str] = deque()
        self._news = threading.Condition()

    def get(self, container_id: str) -> EngineContainer | None:
        """What is known by now."""
        return self._known.get(container_id)

    def find(
        self, container_id: str, seconds: float, busy: Callable[[], bool], ends: int = 0
    ) -> EngineContainer | None:
        """Wait for a container to be described, and to have ended so often by its engine's word.

        Returns:
            What is known after ``seconds`` without news, unless an engine is still busy; None: nothing.
        """
        patience = monotonic() + _PATIENCE_SECONDS
        with self._news:
            while (known := self._known.get(container_id)) is None or known.life.ends < ends:
                silent = not self._news.wait(timeout=seconds)
                if silent and not (seconds and busy() and monotonic() < patience):
                    break
            return known

    def add(self, container: EngineContainer) -> None:
        """An engine has named it, or has more to say; what has happened to it stays."""
        with self._news:
            known = self._known.get(container.id)
            self._known[container.id] = container if known is None else replace(container, life=known.life)
            self._news.notify_all()

    def happened(self, container_id: str, life_after: Callable[[EngineContainer], Life]) -> None:
        """Something has happened to a container; one that nobody has described has no life."""
        with self._news:
            known = self._known.get(container_id)
            if known is not None:
                self._known[container_id] = replace(known, life=life_after(known))
                self._news.notify_all()

    def start(self, container_id: str) -> None:
        """Note that a container runs or has run: from here on it keeps the name of its first start."""
        self._started.add(container_id)

    def first_name(self, container_id: str) -> str:
        """The name it keeps, whatever it is called later; empty as long as it has not run."""
        known = self._known.get(container_id)
        return known.name if known is not None and container_id in self._started else ""

    def destroy(self, container_id: str) -> None:
        """Forget a removed container in time: weeks of containers must not fill the recorder's memory."""
        self._destroyed.append(container_id)
        if len(self._destroyed) > _DESTROYED_KEPT:
            old = self._destroyed.popleft()
            self._started.discard(old)
            with self._news:
                self._known.pop(old, None)
