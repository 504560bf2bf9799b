"""What a subject may be called: the name of its recording and of its folder of profiles."""

from __future__ import annotations

import re

from profilegen.errors import UsageError
from profilegen.text import printable

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST = 128


def safe_name(name: str) -> str:
    """A name that is one path element: never empty, hidden or a way out of the folder."""
    safe = _UNSAFE.sub("_", name)[:_LONGEST]
    return "_" + safe[1:] if safe.startswith((".", "-")) else safe or "_"


def chosen_name(name: str | None) -> str:
    """The name that ``--subject`` gives, empty without one.

    Raises:
        UsageError: it would have to be changed to be one path element.
    """
    if name is None:
        return ""
    if safe_name(name) != name:
        raise UsageError(
            f"--subject takes letters, digits, '.', '_' and '-', the first no '.' or '-', not "
            f"{printable(name, 100)!r}",
            "--subject web",
        )
    return name
