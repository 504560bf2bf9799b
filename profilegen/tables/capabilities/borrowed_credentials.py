"""Kernel functions that act with the credentials of somebody else, from ``borrowed_credentials.csv``."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from profilegen.tables.rows import read

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Borrower(NamedTuple):
    """Kernel functions, as a pattern of their names, that take somebody else's credentials."""

    function: str
    whose: str
    source: str


@cache
def _patterns() -> tuple[str, ...]:
    return tuple(row.function for row in read("borrowed_credentials.csv", _Borrower))


def borrowed(stack: Sequence[str]) -> bool:
    """True if these functions, the innermost first, asked with credentials that one of them had taken.

    They are taken for what goes to another file system, so that at least one function is between. What
    overlayfs asks itself it asks as the caller, by the same functions (ovl_permission, ovl_setattr of
    fs/overlayfs/inode.c).

    Raises:
        DataFileError: the file is missing or damaged.
    """
    return any(fnmatchcase(function, pattern) for function in stack[2:] for pattern in _patterns())
