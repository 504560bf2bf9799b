"""The door to the kernel: attach, observe, detach. Everything else works from what it returns."""

from __future__ import annotations

import ctypes
import threading
from typing import TYPE_CHECKING, Any, Protocol

from profilegen.arch import Abi
from profilegen.arguments import masks
from profilegen.errors import CannotTraceError
from profilegen.syscalls import table
from profilegen.tracer.files import FileCollector
from profilegen.tracer.late import RunningCgroup, find_cgroup, runtime_filters, tasks_of
from profilegen.tracer.layout import NUMBERS, SLOTS, PhaseNumber, Trait
from profilegen.tracer.mounts import cgroup2_mount
from profilegen.tracer.observation import Abis, Observation, ProgramSeen
from profilegen.tracer.program import Program
from profilegen.tracer.progress import Progress, ProgressReader
from profilegen.tracer.read import MapReader

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_TRAITS = {
    Trait.OPENS: ("open", "openat", "openat2", "creat"),
    Trait.MAPS: ("mmap", "mmap2"),
}
_POLL_MILLISECONDS = 100


class Tracer(Protocol):
    """What a recording session needs of the kernel; unit tests bring their own."""

    def attach(self, running: Iterable[str] = (), cgroups: Iterable[Path] = ()) -> tuple[str, ...]:
        """Start to watch. Returns the running containers that were found.

        Args:
            running: full ids of containers that run already.
            cgroups: folders of cgroups that are still empty: subjects from their first execve on.
        """

    def progress(self) -> Progress:
        """How far it is, at the price of a few map reads."""

    def observe(self) -> Observation:
        """Everything that was seen so far."""

    def close(self) -> None:
        """Leave nothing attached."""


class KernelTracer:
    """The tracer of the running kernel, x86_64."""

    def __init__(self) -> None:
        self._abis = Abis(Abi.of_machine(), Abi.I386)
        if self._abis.native is not Abi.X86_64:
            raise CannotTraceError(f"the tracer does not know the registers of {self._abis.native} yet")
        self._cgroup2 = cgroup2_mount()
        self._program = Program()
        self._bpf = self._program.bpf
        self._collector = FileCollector()
        self._progress = ProgressReader(self._bpf, self._collector, self._abis)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._reader: threading.Thread | None = None
        self._enter_traits()

    def attach(self, running: Iterable[str] = (), cgroups: Iterable[Path] = ()) -> tuple[str, ...]:
        """See :class:`Tracer`.

        What user space enters comes before anything is attached: it alone writes the hot path's maps until
        then, the kernel side afterwards. The running ones' threads come after the tracepoints that follow
        forks: none can slip through in between.
        """
        found = {}
        for container in running:
            cgroup = find_cgroup(self._cgroup2, container)
            if cgroup is not None:
                found[container] = cgroup
        bases = [self._enter_late(index, cgroup) for index, cgroup in enumerate(found.values())]
        for index, folder in enumerate(cgroups, len(found)):
            path = "/" + str(folder.relative_to(self._cgroup2))
            self._enter_subject(index, RunningCgroup(path, (folder.stat().st_ino,), (folder,)), command=1)
        self._bpf["listing"][0] = ctypes.c_uint32(1)
        self._open_events()
        self._program.attach()
        for index, cgroup in enumerate(found.values()):
            self._enter_tasks(index, cgroup, bases[index])
        self._bpf["listing"][0] = ctypes.c_uint32(0)
        return tuple(found)

    def progress(self) -> Progress:
        """See :class:`Tracer`."""
        return self._progress.read()

    def observe(self) -> Observation:
        """See :class:`Tracer`."""
        with self._lock:
            self._bpf.ring_buffer_consume()
            return MapReader(self._bpf, self._collector, self._abis).observe()

    def close(self) -> None:
        """See :class:`Tracer`."""
        self._stop.set()
        if self._reader is not None:
            self._reader.join()
        self._program.close()

    def _enter_traits(self) -> None:
        traits, argument_masks = self._bpf["traits"], self._bpf["argument_masks"]
        for abi, first in ((self._abis.native, 0), (self._abis.compat, NUMBERS)):
            numbers = table(abi)
            found: dict[int, int] = {}
            for trait, names in _TRAITS.items():
                for name in names:
                    number = numbers.number(name)
                    if number is not None:
                        found[number] = found.get(number, 0) | trait
            for name, sensitive in masks().items():
                number = numbers.number(name)
                if number is not None:
                    found[number] = found.get(number, 0) | Trait.ARGUMENTS
                    leaf = argument_masks.Leaf()
                    for index, mask in sensitive:
                        leaf.mask[index] = mask
                    argument_masks[first + number] = leaf
            for number, value in found.items():
                traits[first + number] = ctypes.c_uint32(value)

    def _open_events(self) -> None:
        events = self._bpf["events"]

        def take(_context: Any, data: Any, _size: int) -> None:
            self._collector.add(events.event(data), data)

        events.open_ring_buffer(take)
        self._reader = threading.Thread(target=self._read_events, name="profilegen-events", daemon=True)
        self._reader.start()

    def _read_events(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                self._bpf.ring_buffer_consume()
            self._stop.wait(_POLL_MILLISECONDS / 1000)

    def _enter_late(self, index: int, cgroup: RunningCgroup) -> int:
        """Returns the number of filters that the runtime itself runs under."""
        base = runtime_filters(cgroup.folders)
        first = next(tasks_of(cgroup.folders), None)
        unconfined = int(first is not None and not (first.confined and first.filters > base))
        self._enter_subject(index, cgroup, late=1, started=1, base=base, unconfined=unconfined)
        return base

    def _enter_subject(self, index: int, cgroup: RunningCgroup, **fields: int) -> None:
        subjects, slots = self._bpf["subjects"], self._bpf["slots"]
        leaf = subjects.Leaf()
        leaf.cgroup, leaf.path = cgroup.ids[0], cgroup.path.encode("utf-8", "surrogateescape")[:255]
        for name, value in fields.items():
            setattr(leaf, name, value)
        subjects[index] = leaf
        for cgroup_id in cgroup.ids:
            self._bpf["subject_by_cgroup"][ctypes.c_uint64(cgroup_id)] = ctypes.c_uint32(index)
            slot = slots[cgroup_id % SLOTS]
            if slot.cgroup:
                slot.crowded = 1
            else:
                slot.cgroup, slot.subject = cgroup_id, index
            slots[cgroup_id % SLOTS] = slot
        hot = self._bpf["hot"][0]
        hot.active = index + 1
        self._bpf["hot"][0] = hot
        self._bpf["subject_count"][0] = ctypes.c_uint32(index + 1)

    def _enter_tasks(self, index: int, cgroup: RunningCgroup, base: int) -> None:
        tasks = self._bpf["tasks"]
        programs = self._collector.programs[index]
        for task in tasks_of(cgroup.folders):
            state = tasks.Leaf()
            state.subject, state.phase, state.base = index, PhaseNumber.APP, base
            state.filters = task.filters
            state.unconfined = int(not (task.confined and task.filters > base))
            if task.program is not None:
                program = ProgramSeen(task.program, None)
                # Ids of the kernel side are odd.
                state.program = 2 * (1 + len(programs))
                state.program = next((i for i, known in programs.items() if known == program), state.program)
                programs[state.program] = program
            tasks[ctypes.c_uint32(task.thread)] = state
