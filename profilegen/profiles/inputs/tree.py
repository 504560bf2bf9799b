"""Files to read from: those of a folder on disk, or of a revision of git."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from profilegen.errors import InputError
from profilegen.files.untrusted import read_bytes
from profilegen.text import printable

SIZE_LIMIT = 4 * 1024 * 1024
"""Bytes of one file."""


class Tree(Protocol):
    """Where files are read, by paths with ``/``."""

    def shown(self, path: str) -> str:
        """The path as a finding names it."""

    def is_folder(self, path: str) -> bool:
        """Whether it is a folder."""

    def names(self, folder: str) -> tuple[str, ...]:
        """Names of what is in a folder, sorted."""

    def read(self, path: str) -> bytes | None:
        """The content of a file; None: there is no such file.

        Raises:
            InputError: it cannot be read, or is larger than any file of its kind.
        """


class Disk:
    """The files of this machine; paths are as the user wrote them."""

    def shown(self, path: str) -> str:
        """The path as a finding names it."""
        place = Path(path)
        here = Path.cwd()
        return place.relative_to(here).as_posix() if place.is_relative_to(here) else place.as_posix()

    def is_folder(self, path: str) -> bool:
        """Whether it is a folder."""
        return Path(path).is_dir()

    def names(self, folder: str) -> tuple[str, ...]:
        """Names of what is in a folder, sorted."""
        try:
            return tuple(sorted(entry.name for entry in Path(folder).iterdir()))
        except OSError as error:
            raise InputError(f"{printable(folder)} cannot be read: {error.strerror}") from error

    def read(self, path: str) -> bytes | None:
        """The content of a file; None: there is no such file."""
        try:
            content = read_bytes(Path(path), SIZE_LIMIT)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            cause = error.strerror if isinstance(error, OSError) else error
            raise InputError(f"{printable(path)} cannot be read: {cause}") from error
        return bounded(content, path)


def bounded(content: bytes, path: str) -> bytes:
    """The content, if it is no larger than a file of its kind.

    Raises:
        InputError: it is larger.
    """
    if len(content) > SIZE_LIMIT:
        raise InputError(f"{printable(path)} is larger than {SIZE_LIMIT // 1024**2} MiB")
    return content


def joined(folder: str, name: str) -> str:
    """A path below a folder; the name as it is where it is absolute."""
    return name if name.startswith("/") or not folder else f"{folder.rstrip('/')}/{name}"
