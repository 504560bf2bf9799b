"""Recordings as the command line names them: files, and folders that hold some."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from profilegen.errors import RecordingUnreadableError
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ALL = "*.recording.json"


def files_of(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files, and in place of a folder those in it that ``record`` has named, sorted.

    Raises:
        RecordingUnreadableError: a folder holds none, or cannot be read.
    """
    return tuple(file for path in paths for file in (_inside(path) if is_folder(path) else [path]))


def is_folder(path: Path) -> bool:
    """True if it can be seen that it is one; what cannot be looked at is for whoever opens it to say."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir fails where that answers False


def _inside(folder: Path) -> list[Path]:
    name = printable(str(folder))
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        typed = shlex.quote(str(folder))
        raise RecordingUnreadableError(
            f"{name} cannot be read: {error.strerror}", f"ls -ld {typed}"
        ) from error
    # A pipe of that name would be waited for: whoever may write the folder decides what is in it.
    found = [path for path in entries if path.match(_ALL) and _is_file(path)]
    if not found and _has_profiles(folder):
        raise RecordingUnreadableError(
            f"{name} has profiles, but no recordings (NAME.recording.json)",
            "give the folder that profilegen record -o has filled",
        )
    if not found:
        typed = shlex.quote(str(folder))
        raise RecordingUnreadableError(
            f"{name} has no recordings (NAME.recording.json)", f"profilegen record -o {typed} -- COMMAND"
        )
    return found


def _has_profiles(folder: Path) -> bool:
    from profilegen.formats.registry import formats  # noqa: PLC0415 - only for the error

    files = [one.file for one in formats().values()]
    return any(_is_file(path) for file in files for path in (folder / file, *folder.glob(f"*/{file}")))


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file fails where that answers False
