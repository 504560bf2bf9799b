"""recorder.bpf.c in the running kernel: made, attached, detached."""

from __future__ import annotations

import ctypes
import os
import resource
from contextlib import suppress
from typing import TYPE_CHECKING

from profilegen.errors import CannotTraceError, NotPrivilegedError
from profilegen.tracer import cache
from profilegen.tracer.bpf import syscall
from profilegen.tracer.bpf.maps import Map
from profilegen.tracer.bpf.objectcode import ObjectCode, with_maps
from profilegen.tracer.compiler import compile_recorder
from profilegen.tracer.layout import TAIL, TRACEPOINTS

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOG_BYTES = 16 << 20


class Program:
    """The loaded eBPF programs with their maps.

    Attributes:
        maps: by their names in the C files.

    Raises:
        CannotTraceError: this kernel or this user cannot load them; its subclasses say what is missing.
    """

    def __init__(self) -> None:
        with suppress(ValueError, OSError):  # before 5.11 the kernel counts maps as locked memory
            resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.maps: Mapping[str, Map] = {}
        self._programs: dict[str, int] = {}
        self._links: list[int] = []
        place, key = cache.folder(), cache.key()
        code = cache.kept(place, key)
        if code is not None:
            with suppress(CannotTraceError):
                self._load(code)
                return
        code = compile_recorder()
        self._load(code)
        cache.keep(place, key, code)

    def attach(self, *names: str) -> None:
        """Attach to these tracepoints, or to all; what is attached is detached again if one fails."""
        for name in names or TRACEPOINTS:
            typed = name in self._types
            try:
                link = syscall.open_raw_tracepoint(self._programs[f"on_{name}"], None if typed else name)
            except OSError as error:
                self.detach()
                raise _cause(error, f"the tracepoint {name}") from error
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

    def _load(self, code: ObjectCode) -> None:
        self._types = code.types
        made: dict[str, Map] = {}
        try:
            for definition in code.maps:
                made[definition.name] = Map(definition)
        except OSError as error:
            self.maps = made
            self.close()
            raise _cause(error, "a map") from error
        self.maps = made
        fds = {place: made[definition.name].fd for place, definition in enumerate(code.maps)}
        try:
            for name, instructions in code.functions.items():
                attach_type = code.types.get(name.removeprefix("on_"), 0)
                self._programs[name] = _load_program(name, with_maps(instructions, fds), attach_type)
            self.maps["tails"].put(0, self._programs[TAIL])
        except CannotTraceError:
            self.close()
            raise


def _load_program(name: str, code: bytes, attach_type: int) -> int:
    """Without a log first, which is faster; with one to say why it was refused."""
    try:
        return syscall.load_program(name, code, attach_type, None)
    except OSError as refusal:
        error = refusal
    log = ctypes.create_string_buffer(_LOG_BYTES)
    try:
        return syscall.load_program(name, code, attach_type, log)
    except OSError as again:
        error = again
    lines = [line for line in log.value.decode(errors="replace").splitlines() if line.strip()]
    raise _cause(error, name, lines[-2] if len(lines) > 1 else "") from error


def _cause(error: OSError, what: str, complaint: str = "") -> CannotTraceError:
    detail = complaint or error.strerror
    if isinstance(error, PermissionError):
        return NotPrivilegedError(f"the kernel refuses eBPF to this user: {detail}")
    return CannotTraceError(f"the kernel does not take {what}: {detail}")
