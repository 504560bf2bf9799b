"""The door to the kernel: attach, observe, detach. Everything else works from what it returns."""

from __future__ import annotations

import os
import select
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from profilegen.tracer.bpf.maps import Cell
from profilegen.tracer.bpf.ringbuffer import RingBuffer
from profilegen.tracer.host.file_capabilities import Looked, ProgramFiles
from profilegen.tracer.host.kallsyms import KernelSymbols
from profilegen.tracer.host.mounts import cgroup2_mount
from profilegen.tracer.host.running import RunningCgroup, find_cgroup
from profilegen.tracer.host.unaudited import unaudited_ranges
from profilegen.tracer.load.program import Program
from profilegen.tracer.maps.enter import (
    enter_late,
    enter_subject,
    enter_tasks,
    enter_traits,
    enter_turns,
    enter_unaudited,
)
from profilegen.tracer.maps.file_events import FileCollector
from profilegen.tracer.maps.progress import Progress, read_progress
from profilegen.tracer.maps.read import MapReader
from profilegen.tracer.observation import Abis, Observation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.tracer.observation import SubjectObservation

_POLL_MILLISECONDS = 100
_FIRST = -20
"""The nice value before all others (sched(7))."""


class Tracer(Protocol):
    """What a recording session needs of the kernel; unit tests bring their own."""

    def attach(self, running: Iterable[str] = (), cgroups: Iterable[Path] = ()) -> tuple[str, ...]:
        """Start to watch. Returns the running containers that were found.

        Args:
            running: full ids of containers that run already.
            cgroups: folders of cgroups that are still empty: subjects from their first execve on.
        """

    def enter_test(self, number: int) -> None:
        """Say that from now on another test runs: its number, from 1 on and never a smaller one; 0: none.

        When it returns every CPU knows.
        """

    def progress(self) -> Progress:
        """Counts for the live view, at the price of a few map reads."""

    def take_ended(self) -> Observation:
        """The subjects whose cgroups have gone since the last time; the tracer forgets them.

        Beside them all that was lost so far.

        To be asked for every few seconds: the kernel side has room for 4,096 subjects.
        """

    def observe(self) -> Observation:
        """Everything that was seen so far of the subjects that were not taken."""

    def close(self) -> None:
        """Leave nothing attached."""


class KernelTracer:
    """The tracer of the running kernel, x86_64 or arm64.

    Args:
        through_perf: see :class:`.program.Program`.
    """

    def __init__(self, *, through_perf: bool | None = None) -> None:
        self._abis = Abis.of_machine()
        self._cgroup2 = cgroup2_mount()
        self._program = Program(through_perf=through_perf)
        self._maps = self._program.maps
        events = self._maps["events"]
        self._events = RingBuffer(events.fd, events.max_entries)
        self._files = ProgramFiles()
        self._collector = FileCollector(self._maps["scratch"].Value, self._look)
        self._reader = MapReader(self._program, self._collector, self._abis, KernelSymbols())
        self._test_now = Cell(self._maps["test_now"], 0)
        self._lock = threading.Lock()
        self._stop = os.eventfd(0, os.EFD_CLOEXEC)
        self._thread = threading.Thread(target=self._read_events, name="profilegen-events", daemon=True)
        enter_traits(self._maps, self._abis)
        enter_turns(self._maps)
        if "unaudited_code" in self._maps:
            enter_unaudited(self._maps, unaudited_ranges())

    def attach(self, running: Iterable[str] = (), cgroups: Iterable[Path] = ()) -> tuple[str, ...]:
        """See :class:`Tracer`.

        What user space enters comes before anything is attached: it alone writes the hot path's maps until
        then, the kernel side afterwards. The running ones' threads come after the tracepoints that follow
        forks: none can slip through in between.
        """
        found = dict(self._cgroups_of(running))
        bases = [enter_late(self._maps, place, cgroup) for place, cgroup in enumerate(found.values())]
        for place, folder in enumerate(cgroups, len(found)):
            path = "/" + str(folder.relative_to(self._cgroup2))
            cgroup = RunningCgroup(path, (folder.stat().st_ino,), (folder,))
            enter_subject(self._maps, place, cgroup, command=1)
            self._files.hold(place, Path("/"))  # the command's, which is started from here
        self._maps["listing"].put(0, 1)
        self._program.attach()
        self._thread.start()
        for place, (cgroup, base) in enumerate(zip(found.values(), bases, strict=True)):
            enter_tasks(self._maps, place, cgroup, base, self._collector.executed)
        self._maps["listing"].put(0, 0)
        return tuple(found)

    def enter_test(self, number: int) -> None:
        """See :class:`Tracer`."""
        self._reader.tests.begun = True
        self._test_now.put(number)

    def progress(self) -> Progress:
        """See :class:`Tracer`."""
        with self._lock:
            return read_progress(self._reader, self._abis)

    def take_ended(self) -> Observation:
        """See :class:`Tracer`."""
        with self._lock:
            places = list(iter(self._maps["ended_subjects"].pop, None))
            if not places:
                return self._observation(())
            self._collect()
            self._collector.look_again()
            taken = self._reader.take(places)
            for place in places:
                self._files.forget(place)
            return self._observation(taken)

    def observe(self) -> Observation:
        """See :class:`Tracer`."""
        with self._lock:
            self._collect()
            self._collector.look_again()
            return self._observation(self._reader.observe())

    def close(self) -> None:
        """See :class:`Tracer`."""
        os.eventfd_write(self._stop, 1)
        if self._thread.is_alive():
            self._thread.join()
        os.close(self._stop)
        self._files.close()
        self._events.close()
        self._program.close()

    def _observation(self, subjects: tuple[SubjectObservation, ...]) -> Observation:
        return Observation(subjects, self._reader.lost(), self._reader.tests.lost())

    def _cgroups_of(self, running: Iterable[str]) -> Iterator[tuple[str, RunningCgroup]]:
        for container in running:
            cgroup = find_cgroup(self._cgroup2, container)
            if cgroup is not None:
                yield container, cgroup

    def _look(self, place: int, process: int, path: str) -> Looked | None:
        cgroup = self._maps["subjects"].get(place).path.decode("utf-8", "surrogateescape")
        return self._files.look(place, process, cgroup.rpartition("/")[2], path)

    def _read_events(self) -> None:
        """Read events at once when a program was executed, and every now and then for the rest.

        What a container leaves behind is soon removed: this thread comes before ordinary ones, if it may.
        """
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, _FIRST)  # of this thread alone (setpriority(2))
        poll = select.poll()
        for descriptor in (self._stop, self._maps["events"].fd):
            poll.register(descriptor, select.POLLIN)
        while True:
            found = [ready for ready, _ in poll.poll(_POLL_MILLISECONDS)]
            if self._stop in found:
                return
            with self._lock:
                if not found:  # a while after the last execve
                    self._collector.look_again()
                    self._reader.tests.collect()
                self._collect()

    def _collect(self) -> None:
        for record in self._events.records():
            self._collector.add(record)
