"""Which tests ran, one number after the other: the kernel side knows the number, this knows the tests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from profilegen.containers.labels import PROJECT, TESTCONTAINERS_SESSION
from profilegen.vocabulary import TESTS_KEPT

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKERS_KEPT = 256
_OF_PROCESS = re.compile(r"pytest[0-9]+")
"""A compose project of pytest-docker."""


class Running(NamedTuple):
    """A phase of a test, in one worker."""

    worker: int
    test: int
    """Its place in :attr:`Timeline.names`."""
    phase: str


@dataclass
class _Worker:
    process: int
    sessions: set[str] = field(default_factory=set)


class Timeline:
    """Grows by a number whenever a worker begins a phase of a test; read by other threads meanwhile.

    Attributes:
        names: of the tests, in the order they came.
        not_named: tests beyond those.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.not_named = 0
        self._places: dict[str, int] = {}
        self._workers: list[_Worker] = []
        self._now: dict[int, Running] = {}
        self._at: list[tuple[Running, ...]] = [()]

    @property
    def last(self) -> int:
        """The last number; 0: no test has begun."""
        return len(self._at) - 1

    def at(self, number: int) -> tuple[Running, ...]:
        """What ran while a number was the current one; nothing for 0."""
        return self._at[number] if number < len(self._at) else ()

    def join(self, process: int) -> int:
        """A worker, by the id of its process as it knows it. Returns what it is called from now on."""
        self._workers.append(_Worker(process))
        return len(self._workers) - 1

    def starts_containers_of(self, worker: int, session: str) -> None:
        """A worker has a session of testcontainers."""
        if len(self._workers[worker].sessions) < WORKERS_KEPT:
            self._workers[worker].sessions.add(session)

    def begin(self, worker: int, test: str, phase: str) -> int:
        """A phase begins, and the one before it has ended. Returns the number to be current from now on."""
        place = self._places.get(test)
        if place is None and len(self.names) < TESTS_KEPT:
            place = self._places[test] = len(self.names)
            self.names.append(test)
        if place is None:
            self.not_named += phase == "setup"
            return self.end(worker)
        return self._next({**self._now, worker: Running(worker, place, phase)})

    def end(self, worker: int) -> int:
        """A worker runs no test any more, or one without a name here. Returns the number, 0: nobody does."""
        return self._next({one: what for one, what in self._now.items() if one != worker})

    def worker_of(self, labels: Mapping[str, str]) -> int | None:
        """The worker that started a container, by the container's labels; None: it may be any."""
        starter = self._starter(labels)
        return 0 if starter is None and len(self._workers) == 1 else starter

    def is_of_others(self, labels: Mapping[str, str]) -> bool:
        """Whether a container's labels name a process that runs tests, and none that has joined here."""
        projects = (labels[label] for label in PROJECT if label in labels)
        named = TESTCONTAINERS_SESSION in labels or any(
            _OF_PROCESS.fullmatch(project) for project in projects
        )
        return named and bool(self._workers) and self._starter(labels) is None

    def _starter(self, labels: Mapping[str, str]) -> int | None:
        projects = {labels[label] for label in PROJECT if label in labels}
        session = labels.get(TESTCONTAINERS_SESSION)
        for number, worker in enumerate(self._workers):
            if f"pytest{worker.process}" in projects or session in worker.sessions:
                return number
        return None

    def _next(self, now: dict[int, Running]) -> int:
        if now != self._now:
            self._now = now
            self._at.append(tuple(now.values()))
        return self.last if now else 0
