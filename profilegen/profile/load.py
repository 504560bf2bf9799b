"""Reading a seccomp profile from a file that an enemy may have written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic import ValidationError

from profilegen.bounded import complaint, read_bytes, structure
from profilegen.errors import SeccompUnreadableError
from profilegen.profile.document import Argument, Document, Entry, Family, Limits
from profilegen.text import printable

if TYPE_CHECKING:
    from pathlib import Path

SIZE_LIMIT = 4 * 1024 * 1024
"""Bytes. Docker's default has 15 KiB; Kubernetes keeps none above 1 MiB in its store."""

STRUCTURE_LIMIT = 50_000
"""Opening brackets and commas outside of strings: Docker's default comes to 600."""

_FIELDS = {
    name.lower(): name for part in (Argument, Limits, Entry, Family, Document) for name in part.model_fields
}


def load(path: Path) -> Document:
    """The profile in a file.

    Raises:
        SeccompUnreadableError: it cannot be read, or is none that an engine would take.
    """
    name = printable(str(path))
    try:
        content = read_bytes(path, SIZE_LIMIT)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        cause = error.strerror if isinstance(error, OSError) else error
        raise SeccompUnreadableError(f"{name} cannot be read: {cause}") from error
    if len(content) > SIZE_LIMIT or structure(content, STRUCTURE_LIMIT) > STRUCTURE_LIMIT:
        raise SeccompUnreadableError(f"{name} is no seccomp profile: it is larger than any")
    return parse(content, name)


def parse(content: bytes, name: str) -> Document:
    """The profile from the bytes of a file; the name is for the error.

    Raises:
        SeccompUnreadableError: it is none that an engine would take.
    """
    try:
        found = json.loads(content.decode(), object_pairs_hook=_fields, parse_constant=_refused)
        return Document.model_validate(found)
    except ValidationError as error:
        raise SeccompUnreadableError(f"{name} is no seccomp profile: {complaint(error)}") from error
    except (ValueError, RecursionError) as error:
        cause = printable(str(error), 200)
        raise SeccompUnreadableError(f"{name} is no seccomp profile: {cause}") from error


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; null is what is not there, as for Go. What engines would read differently is refused.

    Raises:
        ValueError: a field is there twice, or is spelled as only Go would accept it.
    """
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the field {name[:40]!r} is there twice, and engines differ in which they take")
        if _FIELDS.get(name.lower(), name) != name:
            raise ValueError(f"only some engines take {name[:40]!r} for {_FIELDS[name.lower()]!r}")
        found[name] = value
    return {name: value for name, value in found.items() if value is not None}


def _refused(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")
