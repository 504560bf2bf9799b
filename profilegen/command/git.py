"""Files of a revision, read by the git command."""

from __future__ import annotations

import subprocess

from profilegen.errors import InputError
from profilegen.text import printable

_SIZE_LIMIT = 4 * 1024 * 1024
_LISTING_LIMIT = 1024 * 1024
"""Bytes of one folder's listing."""


class Revision:
    """The files of one revision of the repository around the current folder; a tree to read profiles from.

    Args:
        name: such as ``HEAD~1`` or ``main``.

    Raises:
        InputError: there is no git, no repository here, or no such revision.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if found is None:
            raise InputError(
                f"{printable(name, 100)!r} is not a revision of the repository here", "git log --oneline"
            )
        self._commit = found.decode().strip()

    def shown(self, path: str) -> str:
        """The path as a finding names it: that of the working tree."""
        return path

    def is_folder(self, path: str) -> bool:
        """Whether it is a folder."""
        return _git("cat-file", "-t", self._object(path)) == b"tree\n"

    def names(self, folder: str) -> tuple[str, ...]:
        """Names of what is in a folder, sorted."""
        listing = _git("ls-tree", "-z", "--name-only", self._object(folder)) or b""
        if len(listing) > _LISTING_LIMIT:
            raise InputError(f"{printable(folder)} of {printable(self._name)} has too many files")
        return tuple(sorted(name.decode("utf-8", "surrogateescape") for name in listing.split(b"\0") if name))

    def read(self, path: str) -> bytes | None:
        """The content of a file; None: there is no such file."""
        size = _git("cat-file", "-s", self._object(path))
        if size is None or _git("cat-file", "-t", self._object(path)) != b"blob\n":
            return None
        if int(size) > _SIZE_LIMIT:
            raise InputError(f"{printable(path)} of {printable(self._name)} is larger than any profile")
        return _git("cat-file", "blob", self._object(path))

    def _object(self, path: str) -> str:
        return f"{self._commit}:{path.rstrip('/')}"


def _git(*arguments: str) -> bytes | None:
    """What git prints; None if it ends with another status than 0."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, ValueError) as error:
        raise InputError(f"git cannot be started: {error}", "apt-get install git") from error
    return done.stdout if done.returncode == 0 else None
