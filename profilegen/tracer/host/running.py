"""Containers that run already when the tracer starts: their cgroups and threads, from /proc."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROC = Path("/proc")
ALL_CAPABILITIES = 2**64 - 1
"""A bounding set that nothing is beyond: where nobody can tell what a container has."""


@dataclass(frozen=True, slots=True)
class RunningTask:
    """One thread. ``filters`` is its Seccomp_filters (proc(5), since 5.9)."""

    thread: int
    filters: int
    confined: bool
    user_ns: int
    """Inode of its user namespace."""
    mount_ns: int
    bounding_set: int
    program: str | None


@dataclass(frozen=True, slots=True)
class RunningCgroup:
    """A container's cgroup in the v2 tree with everything nested in it."""

    path: str
    ids: tuple[int, ...]
    """Cgroup ids, its own first: the inode of the folder is the id that the kernel side sees."""
    folders: tuple[Path, ...]


def find_cgroup(cgroup2: Path, container_id: str) -> RunningCgroup | None:
    """The cgroup whose folder name holds the container id, None if it has none (it does not run)."""
    top = next(
        (p for p in sorted(cgroup2.rglob(f"*{container_id}*")) if p.is_dir() and "conmon" not in p.name), None
    )
    if top is None:
        return None
    folders = (top, *sorted(p for p in top.rglob("*") if p.is_dir()))
    ids = tuple(folder.stat().st_ino for folder in folders)
    return RunningCgroup("/" + str(top.relative_to(cgroup2)), ids, folders)


def tasks_of(folders: tuple[Path, ...]) -> Iterator[RunningTask]:
    """The threads in these cgroups; one that ends meanwhile is left out."""
    for folder in folders:
        for line in _lines(folder / "cgroup.threads"):
            thread = int(line)
            status = dict(_status(thread))
            if status:
                yield RunningTask(
                    thread,
                    int(status.get("Seccomp_filters", "0")),
                    status.get("Seccomp") == "2",
                    _namespace(thread, "user"),
                    _namespace(thread, "mnt"),
                    int(status["CapBnd"], 16) if "CapBnd" in status else ALL_CAPABILITIES,
                    _program(thread),
                )


def runtime_filters(folders: tuple[Path, ...]) -> int:
    """Filters that the runtime itself runs under: those of the process that started the container."""
    counts = []
    for folder in folders:
        for line in _lines(folder / "cgroup.procs"):
            parent = dict(_status(int(line))).get("PPid", "0")
            if int(parent):
                counts.append(int(dict(_status(int(parent))).get("Seccomp_filters", "0")))
    return min(counts, default=0)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:  # the cgroup is gone, or is threaded and has no list
        return []


def _status(thread: int) -> Iterator[tuple[str, str]]:
    try:
        text = (_PROC / str(thread) / "status").read_text(errors="replace")
    except OSError:  # ended meanwhile
        return
    for line in text.splitlines():
        key, _, value = line.partition(":")
        yield key, value.strip()


def _namespace(thread: int, kind: str) -> int:
    """Its inode."""
    try:
        return (_PROC / str(thread) / "ns" / kind).stat().st_ino
    except OSError:  # ended meanwhile
        return 0


def _program(thread: int) -> str | None:
    try:
        return str((_PROC / str(thread) / "exe").readlink())
    except OSError:  # ended meanwhile
        return None
