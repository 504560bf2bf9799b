"""Stand-ins for the two doors, kernel and engine: all that a unit test may replace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from profilegen.abi import Abi
from profilegen.containers.cgroup_paths import CgroupOwner
from profilegen.containers.interface import Started
from profilegen.containers.model import EngineContainer
from profilegen.tables.syscalls import table
from profilegen.tracer.maps.progress import Progress, SubjectProgress
from profilegen.tracer.observation import Call, Observation, SubjectObservation
from profilegen.vocabulary import Phase


def call(name: str, abi: Abi = Abi.X86_64) -> Call:
    number = table(abi).number(name)
    assert number is not None
    return Call(abi, number)


def observed(container_id: str, *names: str, **changes: object) -> SubjectObservation:
    """A container that made these calls after its execve."""
    fields: dict[str, object] = {
        "cgroup_id": 1,
        "cgroup_path": f"/docker/{container_id}",
        "born": 1,
        "started": True,
        "late": False,
        "unconfined": False,
        "no_new_privileges": False,
        "bounding_set": 0,
        "calls": {call(name): {Phase.APP: "/bin/x"} for name in names},
        "enosys": frozenset(),
        "arguments": (),
        "refused": (),
        "capabilities": (),
        "unknown": {},
        "programs": (),
        "files": {},
    }
    return SubjectObservation(**{**fields, **changes})  # type: ignore[arg-type]


@dataclass
class FakeTracer:
    """Sees what it is given; ``ended`` are taken first, one at a time."""

    observation: Observation
    ended: list[SubjectObservation] = field(default_factory=list)
    attached: list[tuple[str, ...]] = field(default_factory=list)
    closed: bool = False

    cgroups: tuple[Path, ...] = ()
    looks: int = 0
    tests: list[int] = field(default_factory=list)

    def attach(self, running: Iterable[str] = (), cgroups: Iterable[Path] = ()) -> tuple[str, ...]:
        self.attached.append(tuple(running))
        self.cgroups = tuple(cgroups)
        return self.attached[-1]

    def enter_test(self, number: int) -> None:
        self.tests.append(number)

    def progress(self) -> Progress:
        self.looks += 1
        subjects = (
            SubjectProgress(seen.cgroup_path, seen.started, seen.ended, frozenset(seen.calls), ())
            for seen in self.observation.subjects
        )
        return Progress(tuple(subjects), sum(self.observation.lost.values()))

    def take_ended(self) -> Observation:
        taken, self.ended = tuple(self.ended[:1]), self.ended[1:]
        return Observation(taken, {})

    def observe(self) -> Observation:
        return self.observation

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeEngine:
    """Knows the containers it is given; all of them start at once when it is followed."""

    containers: tuple[EngineContainer, ...]
    already: tuple[EngineContainer, ...] = ()
    closed: bool = False

    def follow(self, started: Started) -> None:
        for container in self.containers:
            started(container)

    def running(self) -> tuple[EngineContainer, ...]:
        return self.already

    def may_know(self, owner: CgroupOwner) -> bool:
        return owner.engine == "docker"

    def busy(self) -> bool:
        return False

    def find(self, owner: CgroupOwner, seconds: float, ends: int = 0) -> EngineContainer | None:
        assert seconds >= 0 <= ends
        known = (*self.containers, *self.already)
        return next((container for container in known if container.id == owner.container_id), None)

    def close(self) -> None:
        self.closed = True
