"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from profilegen.errors import OutputError
from profilegen.text import printable

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_whole(
    path: Path,
    text: str | bytes,
    owner: tuple[int, int] | None = None,
    *,
    through_link: bool = True,
    mode: int = 0o644,
) -> None:
    """Write a file so that at any time the old or the new content is there, never a part.

    The folder is opened once and everything happens inside it. What stands at ``path`` is replaced,
    not opened: a symbolic link there is never followed.

    Args:
        path: the file; its folder exists.
        text: its whole content; text is written as UTF-8.
        owner: numeric user and group that the file shall belong to (default: who runs this).
        through_link: whether the folder may be a symbolic link.
        mode: its permissions.

    Raises:
        OutputError: no such folder, no rights, a full disk, a folder in the file's place.
    """
    try:
        folder = os.open(path.parent, _FOLDER if through_link else _FOLDER | os.O_NOFOLLOW)
        try:
            _replace(folder, path.name, text if isinstance(text, bytes) else text.encode(), owner, mode)
        finally:
            os.close(folder)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        cause = error.strerror if isinstance(error, OSError) else error
        raise OutputError(f"{printable(str(path))} cannot be written: {cause}") from error


def _replace(folder: int, name: str, content: bytes, owner: tuple[int, int] | None, mode: int) -> None:
    temporary = f".profilegen-{secrets.token_hex(8)}.tmp"
    try:
        with open(os.open(temporary, _NEW, mode, dir_fd=folder), "wb") as file:  # noqa: PTH123  a descriptor
            if owner is not None:
                os.fchown(file.fileno(), *owner)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:  # Ctrl-C too: nothing half written stays behind
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise
    os.fsync(folder)


def prepare_folder(path: Path, owner: tuple[int, int] | None = None) -> None:
    """Make the folder if it is missing and see that files can be made in it, before long work begins.

    Every folder that had to be made for it belongs to the owner.

    Raises:
        OutputError: it cannot be made or written.
    """
    try:
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            if owner is not None:
                os.chown(folder, *owner, follow_symlinks=False)
        probe = path / f".profilegen-{secrets.token_hex(8)}.tmp"
        os.close(os.open(probe, _NEW, 0o600))
        probe.unlink()
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) else error
        raise OutputError(f"{printable(str(path))} cannot be written: {cause}") from error
