"""What is kept for the next start: object code and addresses take longer to find than the rest of attaching.

Whoever can write it has the kernel run his code, so that only what is ours alone is read.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from profilegen.errors import OutputError
from profilegen.files.atomic import write_whole

_KEPT = 4
"""Files of a kind that are remembered: kernels and versions of profilegen, or boots."""


def folder() -> Path:
    """/var/cache/profilegen for root, the cache folder of the XDG Base Directory Specification for others."""
    if os.geteuid() == 0:
        return Path("/var/cache/profilegen")
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(home) / "profilegen"


def load(place: Path, name: str) -> str | None:
    """The text that was stored under this name; None if there is none, or none that is certainly ours."""
    path = place / name
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), encoding="ascii") as file:  # noqa: PTH123
            if not _is_ours(os.fstat(file.fileno())) or not _is_ours(place.stat(follow_symlinks=False)):
                return None
            return file.read()
    except (OSError, ValueError):
        return None


def store(place: Path, name: str, text: str) -> None:
    """Store it, and forget the oldest of its kind, which is what follows the first dot of the name.

    Where that is not possible, it is found out again the next time.
    """
    with suppress(OSError, OutputError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(place.stat(follow_symlinks=False)):
            return
        write_whole(place / name, text, through_link=False, mode=0o600)  # addresses of the kernel are secret
        kind = name.partition(".")[2]
        old = sorted(place.glob("*." + kind), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in old[_KEPT:]:
            path.unlink()


def _is_ours(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
