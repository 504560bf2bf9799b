"""The kernel's description of its tracepoints: numbers, and where the fields of a record are (events.rst)."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from profilegen.errors import CannotTraceError
from profilegen.tracer.bpf.syscall import system_call

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOUNTED = (Path("/sys/kernel/tracing"), Path("/sys/kernel/debug/tracing"))
_CLOEXEC, _CREATE = 1, 6  # FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC; FSCONFIG_CMD_CREATE of include/uapi/linux/mount.h
_FIELD = re.compile(r"^\s*field:.*?(\w+)(?:\[\w*\])?;\s*offset:(\d+);", re.MULTILINE)


class Tracefs:
    """tracefs where it is mounted, else a mount of our own that nobody else sees (fsmount(2), Linux 5.2).

    Raises:
        CannotTraceError: there is none, and none can be mounted.
    """

    def __init__(self, mounted: tuple[Path, ...] | None = None) -> None:
        for place in _MOUNTED if mounted is None else mounted:
            with suppress(OSError):
                self._folder = os.open(place / "events", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
                return
        try:
            root = _mount()
            try:
                self._folder = os.open("events", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=root)
            finally:
                os.close(root)
        except OSError as error:
            hint = "mount -t tracefs tracefs /sys/kernel/tracing"
            cause = f"tracefs is not mounted, and cannot be: {error.strerror}"
            raise CannotTraceError(cause, hint) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._folder)

    def numbers(self, events: Mapping[str, str]) -> dict[str, int]:
        """What perf_event_open(2) calls the tracepoints, which are given with their systems."""
        return {event: int(self._read(system, event, "id")) for event, system in events.items()}

    def has(self, system: str, event: str) -> bool:
        """Whether this kernel has the tracepoint."""
        try:
            os.stat(f"{system}/{event}", dir_fd=self._folder)
        except OSError:
            return False
        return True

    def fields(self, system: str, event: str) -> dict[str, int]:
        """Offsets of the fields in the record of the tracepoint, in bytes."""
        return offsets(self._read(system, event, "format"))

    def _read(self, system: str, event: str, name: str) -> str:
        try:
            opened = os.open(f"{system}/{event}/{name}", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._folder)
            with open(opened, encoding="ascii") as file:  # noqa: PTH123 - relative to a descriptor
                return file.read()
        except OSError as error:
            raise CannotTraceError(f"tracefs does not tell of {system}:{event}: {error.strerror}") from error


def offsets(text: str) -> dict[str, int]:
    """Offsets of the fields that a file ``format`` lists, in bytes."""
    return {name: int(offset) for name, offset in _FIELD.findall(text)}


def _mount() -> int:
    system = system_call("fsopen", b"tracefs", _CLOEXEC)
    try:
        system_call("fsconfig", system, _CREATE, None, None, 0)
        return system_call("fsmount", system, _CLOEXEC, 0)
    finally:
        os.close(system)
