"""What the file system says of an executed file, asked at its execve: its file capabilities.

A program may be gone in a millisecond, and its container's files with it: the root of the first one that
was caught is kept open for those that come after.
"""

from __future__ import annotations

import ctypes
import os
import struct
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from profilegen.text import path_bytes
from profilegen.tracer.bpf.syscall import system_call

_PROC = Path("/proc")
_HOW = struct.Struct("<QQQ")  # struct open_how of include/uapi/linux/openat2.h
_RESOLVE = 0x10 | 0x04 | 0x02  # IN_ROOT, NO_SYMLINKS, NO_MAGICLINKS: what stands there may be a trap by now
_ATTRIBUTE = "security.capability"
_REVISIONS = {0x01000000: 1, 0x02000000: 2, 0x03000000: 2}
"""VFS_CAP_REVISION_* of include/uapi/linux/capability.h, and how many words of 32 bits a set has."""
_EFFECTIVE = 0x000001
_ROOTS = 256
"""Containers whose root is held open at one time."""
_TICK = 20_000_000
"""Nanoseconds: above any kernel's tick (100 Hz), whose time a file's change time is."""


@dataclass(frozen=True, slots=True)
class FileCapabilities:
    """The attribute of a file: a set as the kernel has it, and whether execve gives it whole or fails."""

    permitted: int = 0
    effective: bool = False


NONE = FileCapabilities()


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look at a file has found.

    Attributes:
        file: device and inode.
        fresh: it was changed so recently that a further change need not show in its change time.
    """

    capabilities: FileCapabilities
    file: tuple[int, int] = (0, 0)
    fresh: bool = False


def parse(value: bytes) -> FileCapabilities:
    """The attribute ``security.capability``; one of another user namespace, or damaged, gives nothing."""
    if len(value) < 4:
        return NONE
    (magic,) = struct.unpack_from("<I", value)
    words = _REVISIONS.get(magic & 0xFF000000, 0)
    rest = value[4:]
    if not words or len(rest) < 8 * words:
        return NONE
    owner = rest[8 * words :]
    if magic & 0xFF000000 == 0x03000000 and owner[:4] != bytes(4):
        return NONE
    permitted = sum(
        int.from_bytes(rest[8 * word : 8 * word + 4], "little") << 32 * word for word in range(words)
    )
    return FileCapabilities(permitted, bool(magic & _EFFECTIVE))


def _capabilities(file: int) -> FileCapabilities:
    try:
        return parse(os.getxattr(f"/proc/self/fd/{file}", _ATTRIBUTE))
    except OSError:  # ENODATA, or a file system without attributes
        return NONE


class ProgramFiles:
    """Looks at executed files in the roots of their containers, by the subject's place."""

    def __init__(self, proc: Path = _PROC) -> None:
        self._proc = proc
        self._roots: OrderedDict[int, int] = OrderedDict()

    def look(self, place: int, process: int, cgroup: str, path: str) -> Looked | None:
        """File capabilities of a path inside the container; None if nobody can tell any more.

        Args:
            place: the subject's.
            process: that executes it, if it still does.
            cgroup: name of the subject's cgroup: a process outside of it has only got the number.
            path: the real one, as :func:`path_text` writes it.
        """
        root = self._root(place, process, cgroup)
        if root is None:
            return None
        how = ctypes.create_string_buffer(_HOW.pack(os.O_PATH | os.O_CLOEXEC, 0, _RESOLVE), _HOW.size)
        try:
            name = ctypes.create_string_buffer(path_bytes(path))
            file = system_call("openat2", root, name, how, ctypes.c_size_t(_HOW.size))
        except (OSError, ValueError):
            return None
        try:
            status = os.fstat(file)
            fresh = abs(time.time_ns() - status.st_ctime_ns) < _TICK
            return Looked(_capabilities(file), (status.st_dev, status.st_ino), fresh)
        except OSError:
            return None
        finally:
            os.close(file)

    def hold(self, place: int, root: Path) -> None:
        """Look for the subject's files in this root, however soon its processes end."""
        self._roots[place] = os.open(root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)

    def forget(self, place: int) -> None:
        """Let the root go: it keeps the container's mounts from being freed."""
        root = self._roots.pop(place, None)
        if root is not None:
            os.close(root)

    def close(self) -> None:
        """Let all roots go."""
        for place in tuple(self._roots):
            self.forget(place)

    def _root(self, place: int, process: int, cgroup: str) -> int | None:
        known = self._roots.get(place)
        if known is not None:
            return known
        with suppress(OSError):
            root = os.open(self._proc / str(process) / "root", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
            if cgroup not in (self._proc / str(process) / "cgroup").read_text(errors="replace"):
                os.close(root)
                return None
            self._roots[place] = root
            if len(self._roots) > _ROOTS:
                self.forget(next(iter(self._roots)))
            return root
        return None
