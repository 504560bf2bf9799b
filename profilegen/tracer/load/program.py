"""recorder.bpf.c in the running kernel: made, attached, detached."""

from __future__ import annotations

import ctypes
import os
import resource
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from profilegen.errors import CannotTraceError, NotPrivilegedError
from profilegen.tracer.bpf import syscall
from profilegen.tracer.bpf.maps import Map
from profilegen.tracer.bpf.objectcode import MapDefinition, ObjectCode, with_maps
from profilegen.tracer.bpf.perf import open_kprobe, open_tracepoint
from profilegen.tracer.bpf.preemption import can_be_preempted
from profilegen.tracer.bpf.syscall import ProgramKind
from profilegen.tracer.host.tracefs import Tracefs
from profilegen.tracer.layout import OPTIONAL, PERF_EVENTS, PREPARATION, TAIL, TRACEPOINTS, UNCOUNTED
from profilegen.tracer.load.compiled import keep_code, kept_code
from profilegen.tracer.load.compiler import compile_recorder
from profilegen.tracer.load.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOG_BYTES = 16 << 20
_TRACEPOINT, _PROBE, _RETURN = "on_", "probe_", "return_"
"""What the names of functions begin with, by what they are attached to."""


@contextmanager
def _locked_memory() -> Iterator[None]:
    """Without a limit: before 5.11 the kernel counts maps and programs. A command inherits the old one."""
    before = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    with suppress(ValueError, OSError):  # without rights loading says so
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, before)


class Program:
    """The loaded eBPF programs with their maps.

    Args:
        through_perf: attach them through perf; None: if this kernel could preempt them otherwise.

    Attributes:
        maps: by their names in the C files.

    Raises:
        CannotTraceError: this kernel or this user cannot load them; its subclasses say what is missing.
    """

    def __init__(self, *, through_perf: bool | None = None) -> None:
        self.maps: dict[str, Map] = {}
        self._programs: dict[str, int] = {}
        self._links: list[int] = []
        if through_perf is None:
            through_perf = can_be_preempted()
        kept = kept_code(through_perf=through_perf)
        if kept is not None:
            with suppress(Exception):  # whatever is wrong with it, it can be made anew
                self._load(kept)
                return
        code = compile_recorder(through_perf=through_perf)
        self._load(code)
        keep_code(code, through_perf=through_perf)

    def attach(self, *names: str) -> None:
        """Attach to these tracepoints, or to all; what is attached is detached again if one fails."""
        numbers = self._numbers()
        wanted = names or TRACEPOINTS
        for name in (PREPARATION, *wanted) if self._through_perf else wanted:
            try:
                self._attach(name, numbers.get(name))
            except OSError as error:
                self.detach()
                raise _cause(error, f"the tracepoint {name}") from error

    @property
    def sees_rings(self) -> bool:
        """Whether this kernel tells which request of an io_uring has completed."""
        return f"{_TRACEPOINT}{OPTIONAL}" in self._programs

    def missed(self) -> int:
        """Count of program runs that the kernel skipped, with whatever they would have recorded."""
        return sum(syscall.missed(fd) for name, fd in self._programs.items() if name not in UNCOUNTED)

    def _numbers(self) -> dict[str, int]:
        if not self._through_perf:
            return {}
        there = {
            event: system for event, system in PERF_EVENTS.items() if event != OPTIONAL or self.sees_rings
        }
        with Tracefs() as tracefs:
            return tracefs.numbers(there)

    def _attach(self, name: str, number: int | None) -> None:
        """A function without its tracepoint has a kprobe and its return instead; the return comes first."""
        program = self._programs.get(f"{_TRACEPOINT}{name}")
        if program is not None and number is not None:
            self._links.append(open_tracepoint(program, number))
            return
        if program is not None:
            link = syscall.open_raw_tracepoint(program, None if name in self._types else name)
            self._links.append(link)
            return
        if name == OPTIONAL:
            return
        for prefix in (_RETURN, _PROBE):
            link = open_kprobe(self._programs[f"{prefix}{name}"], name, at_return=prefix is _RETURN)
            self._links.append(link)

    def detach(self) -> None:
        """Detach everything; the maps stay readable."""
        while self._links:
            os.close(self._links.pop())

    def close(self) -> None:
        """Detach and let programs and maps go."""
        self.detach()
        for fd in (*self._programs.values(), *(one.fd for one in self.maps.values())):
            os.close(fd)
        self._programs, self.maps = {}, {}

    @_locked_memory()
    def _load(self, code: ObjectCode) -> None:
        try:
            self._types, self._through_perf = code.types, code.through_perf
            self.maps = made = {}
            for definition in code.maps:
                made[definition.name] = _make_map(definition)
            fds = {place: made[definition.name].fd for place, definition in enumerate(code.maps)}

            def load(name: str) -> None:
                target = code.types.get(name.removeprefix(_TRACEPOINT), 0)
                kind = _kind(name, target, through_perf=code.through_perf)
                instructions = with_maps(code.functions[name], fds)
                self._programs[name] = _load_program(name, kind, instructions, target)

            longest_first = sorted(code.functions, key=lambda name: len(code.functions[name]), reverse=True)
            side_by_side(load, longest_first)
            made["tails"].put(0, self._programs[TAIL])
        except BaseException:
            self.close()
            raise


def _make_map(definition: MapDefinition) -> Map:
    try:
        return Map(definition)
    except OSError as error:
        raise _cause(error, f"the map {definition.name}") from error


def _kind(name: str, target: int, *, through_perf: bool) -> ProgramKind:
    if name.startswith((_PROBE, _RETURN)):
        return ProgramKind.KPROBE
    if target:
        return ProgramKind.TRACING
    if through_perf and (name == TAIL or name.removeprefix(_TRACEPOINT) in PERF_EVENTS):
        return ProgramKind.TRACEPOINT
    return ProgramKind.RAW_TRACEPOINT


def _load_program(name: str, kind: ProgramKind, code: bytes, target: int) -> int:
    """Without a log first, which is faster; with one to say why it was refused."""
    try:
        return syscall.load_program(name, kind, code, target, None)
    except OSError as refusal:
        error = refusal
    log = ctypes.create_string_buffer(_LOG_BYTES)
    try:
        return syscall.load_program(name, kind, code, target, log)
    except OSError as again:
        error = again
    lines = [line for line in log.value.decode(errors="replace").splitlines() if line.strip()]
    raise _cause(error, name, lines[-2] if len(lines) > 1 else "") from error


def _cause(error: OSError, what: str, complaint: str = "") -> CannotTraceError:
    detail = complaint or error.strerror
    if isinstance(error, PermissionError):
        return NotPrivilegedError(f"the kernel refuses eBPF to this user: {detail}")
    return CannotTraceError(f"the kernel does not take {what}: {detail}")
