"""Files that an enemy may have written: read and counted before a parser takes memory for them."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import FailFast

from profilegen.text import printable

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import ValidationError

T = TypeVar("T")

Many = Annotated[tuple[T, ...], FailFast()]
"""A collection of a file that may be an enemy's: a million wrong items are one error, not a million."""

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)


def read_bytes(path: Path, limit: int, *, follow: bool = True) -> bytes:
    """The content, or the first ``limit + 1`` bytes of it.

    Args:
        path: the file.
        limit: bytes.
        follow: False in a folder that somebody else may write: a symbolic link is not followed, and a
            pipe, which nobody may ever write to, is not waited for.

    Raises:
        OSError: it cannot be read.
        ValueError: a NUL in the path.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC
    if not follow:
        flags |= os.O_NOFOLLOW | os.O_NONBLOCK
    with open(os.open(path, flags), "rb") as file:  # noqa: PTH123  a descriptor
        if not follow and not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "it is not a regular file")
        return file.read(limit + 1)


def structure(content: bytes, limit: int) -> int:
    """Opening brackets and commas outside of strings, or 0 if even with those in strings there are few.

    They, and not the bytes, decide what a parser of JSON takes (300 bytes of memory for each ``[]``).
    """
    if sum(map(content.count, (b",", b"[", b"{"))) <= limit:
        return 0
    bare = _STRING.sub(b"", content)
    return sum(map(bare.count, (b",", b"[", b"{")))


def complaint(error: ValidationError) -> str:
    """The first one, in one line: ``syscalls.3.abi: Input should be 'x86_64', ...``."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return f"it is damaged or not JSON ({printable(first['msg'], 200)})"
    where = ".".join(str(step) for step in first["loc"]) or "top level"
    return printable(f"{where}: {first['msg'].removeprefix('Value error, ')}", 200)
