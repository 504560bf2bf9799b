"""A cgroup v2 of our own: what is born in it is the command's, and nothing else is."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from profilegen.errors import OwnCgroupError
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"profilegen-[0-9a-f]{16}")
_PROCESSES = "cgroup.procs"
_ROUNDS = 20
"""Of moving out what is left: a process that forks meanwhile leaves a child to the next one."""


class OwnCgroup:
    """A new cgroup at the top of the hierarchy, held by a lock that the kernel drops with this process.

    Attributes:
        folder: where it is.
        id: the id that the kernel side sees, the inode of the folder.

    Raises:
        OwnCgroupError: it cannot be made.
    """

    def __init__(self, cgroup2: Path) -> None:
        self._home = home_of(os.getpid(), cgroup2)
        self.folder = cgroup2 / f"profilegen-{secrets.token_hex(8)}"
        try:
            self.folder.mkdir()
            self._lock = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            self.id = self.folder.stat().st_ino
        except OSError as error:  # read-only in a container; or gone: swept before it was locked
            raise OwnCgroupError(f"{printable(str(self.folder))} cannot be made: {error.strerror}") from error

    @contextmanager
    def entered(self) -> Iterator[None]:
        """This process is in the cgroup: what it starts is born there, without a race and without a wrapper.

        Its own calls are not recorded: it has made no execve in there.

        Raises:
            OwnCgroupError: it cannot go in.
        """
        try:
            _move(0, self.folder)
        except OSError as error:
            raise OwnCgroupError(
                f"{printable(str(self.folder))} cannot be entered: {error.strerror}"
            ) from error
        try:
            yield
        finally:
            _move(0, self._home)

    def remove(self) -> int:
        """Remove it with all below it. Processes that are still there go where this one is.

        Returns:
            How many went; 0 is the usual case.
        """
        moved: set[int] = set()
        for _ in range(_ROUNDS):
            for folder in _inside_out(self.folder):
                moved |= _evacuate(folder, self._home)
                with suppress(OSError):
                    folder.rmdir()
            if not self.folder.exists():
                break
        os.close(self._lock)
        return len(moved)


def home_of(process: int, cgroup2: Path) -> Path:
    """The folder of a process's cgroup.

    The path in /proc may start above the mount, where that shows a part of the hierarchy: the first
    of its ends that really holds the process counts.

    Raises:
        OwnCgroupError: it is not below the mount.
    """
    lines = Path(f"/proc/{process}/cgroup").read_text(errors="surrogateescape").splitlines()
    parts = next((Path(line[3:]).parts[1:] for line in lines if line.startswith("0::")), ())
    for start in range(len(parts) + 1):
        folder = cgroup2.joinpath(*parts[start:])
        with suppress(OSError):
            if str(process) in (folder / _PROCESSES).read_text().split():
                return folder
    raise OwnCgroupError(f"process {process} has no cgroup below {printable(str(cgroup2))}")


def sweep(cgroup2: Path) -> None:
    """Remove what recorders left that were killed: empty cgroups of ours that nobody holds."""
    for folder in cgroup2.glob("profilegen-*"):
        if not _NAME.fullmatch(folder.name):
            continue
        with suppress(OSError):  # held, gone, or its processes still run
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for inner in _inside_out(folder):
                    inner.rmdir()
            finally:
                os.close(lock)


def _inside_out(top: Path) -> Iterator[Path]:
    for path, _, _ in os.walk(top, topdown=False):
        yield Path(path)


def _evacuate(folder: Path, home: Path) -> set[int]:
    moved = set()
    with suppress(OSError):  # the folder is gone
        for process in map(int, (folder / _PROCESSES).read_text().split()):
            with suppress(OSError):  # ended meanwhile; 0 is one of another pid namespace
                if process:
                    _move(process, home)
                    moved.add(process)
    return moved


def _move(process: int, folder: Path) -> None:
    """0 is the writing process itself (cgroups(7))."""
    with (folder / _PROCESSES).open("w") as file:
        file.write(str(process))
