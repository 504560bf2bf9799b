"""How one run of a container went: what kernel and engine tell only together. No I/O."""

from __future__ import annotations

import os
import signal
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from profilegen.recording import Data, End, HealthCheck, Start

if TYPE_CHECKING:
    from profilegen.containers.model import EngineContainer
    from profilegen.tracer.observation import SubjectObservation

_T = TypeVar("_T")
_REMEMBERED = 4096
_ASKING = {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP}


@dataclass(frozen=True, slots=True)
class Run:
    """Which run of its container this is.

    Attributes:
        number: 1 for the first one since the recorder attached.
        data: what was in its volumes.
    """

    number: int = 1
    data: Data = Data.UNKNOWN


class RunCounter:
    """Counts the runs of containers, and remembers their volumes; the oldest are forgotten."""

    def __init__(self) -> None:
        self._runs: OrderedDict[str, int] = OrderedDict()
        self._volumes: OrderedDict[str, str] = OrderedDict()

    def next(self, container_id: str) -> int:
        """The number that the container's next run will have."""
        return self._runs.get(container_id, 0) + 1

    def begin(self, container: EngineContainer) -> Run:
        """Count a run; of one container they come in their order."""
        number = self.next(container.id)
        _remember(self._runs, container.id, number)
        return Run(number, self._data(container))

    def _data(self, container: EngineContainer) -> Data:
        """Old if it was there before the recording, or if another container had it meanwhile."""
        found = Data.NEW if container.volumes else Data.UNKNOWN
        for volume in container.volumes:
            if volume.had_data or self._volumes.get(volume.source, container.id) != container.id:
                found = Data.OLD
            _remember(self._volumes, volume.source, container.id)
        return found


def _remember(memory: OrderedDict[str, _T], key: str, value: _T) -> None:
    memory[key] = value
    if len(memory) > _REMEMBERED:
        memory.popitem(last=False)


def start_of(seen: SubjectObservation, container: EngineContainer, run: Run) -> Start:
    """Whether it was the first start in the container's life."""
    life = container.life
    if seen.late or not life.followed:
        return Start.UNKNOWN
    return Start.AGAIN if run.number > 1 or life.ran_before else Start.FIRST


def end_of(seen: SubjectObservation, container: EngineContainer) -> End:
    """Decide how a run ended, by the wait status of its first process (wait(2)).

    Not every engine tells who sent a signal: a program that dies by one that asks for its end was asked.
    """
    status = seen.wait_status
    if status is None:
        return End.UNKNOWN if seen.ended else End.RUNNING
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return End.KILLED
    if container.life.stopping or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in _ASKING):
        return End.STOPPED
    return End.FAILED if status else End.SUCCEEDED


def health_check_of(container: EngineContainer) -> HealthCheck:
    """Whether its health check ran."""
    if not container.life.followed:
        return HealthCheck.UNKNOWN
    if not container.health_check:
        return HealthCheck.NONE
    return HealthCheck.SEEN if container.life.health_checks else HealthCheck.UNSEEN


def exec_seen(container: EngineContainer) -> bool | None:
    """Whether something was run in it from outside; None if no engine would have told."""
    return container.life.execs if container.life.followed else None


def had_one_cpu(seen: SubjectObservation, container: EngineContainer) -> bool:
    """Whether it had one CPU: of the machine, by its affinity (a cpuset too), or by its share of time."""
    return container.one_cpu or seen.cpus == 1 or os.cpu_count() == 1
