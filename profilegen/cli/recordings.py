"""Recordings as the command line names them: files, and folders that hold some."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING, TypeVar

from profilegen.errors import RecordingUnreadableError
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from profilegen.recording import Recording

T = TypeVar("T")
_MANY = 200
"""Files that take long enough for a bar."""
_ALL = ("*.recording.json", "*.recording.json.gz")


def files_of(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files, and in place of a folder those in it that ``record`` has named, sorted.

    Raises:
        RecordingUnreadableError: a folder holds none, or cannot be read.
    """
    return tuple(file for path in paths for file in (_inside(path) if is_folder(path) else [path]))


def load_all(files: Sequence[Path]) -> tuple[Recording, ...]:
    """The recordings, those of one subject and project merged as they are read.

    Raises:
        RecordingUnreadableError: a file is not a recording, or cannot be read.
    """
    from profilegen.recording.store import load, read  # noqa: PLC0415 - --help must not pay for it

    if len(files) == 1:
        return (load(files[0]),)
    from profilegen.recording.stream import Stream  # noqa: PLC0415

    stream = Stream()
    for file in progress(files, "recordings"):
        stream.add(read(file), printable(str(file)))
    return tuple(stream.recordings())


def progress(items: Sequence[T], noun: str) -> Iterator[T]:
    """The items, with a bar on stderr if that is a terminal and there are many."""
    if len(items) < _MANY or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console  # noqa: PLC0415 - seldom needed
    from rich.progress import track  # noqa: PLC0415

    yield from track(items, f"reading {len(items)} {noun}", console=Console(stderr=True), transient=True)


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
    found = [path for path in entries if any(map(path.match, _ALL)) and _is_file(path)]
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
