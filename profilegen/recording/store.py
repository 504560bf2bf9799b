"""The recording file: JSON with sorted keys, two spaces of indent and a final newline.

Everything beyond ASCII is escaped, so that no text of a hostile container reaches the terminal of
whoever prints the file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from profilegen.errors import RecordingTooNewError, RecordingUnreadableError
from profilegen.output import write_whole
from profilegen.recording.merge import normalise
from profilegen.recording.model import SCHEMA_VERSION, Recording
from profilegen.text import printable

if TYPE_CHECKING:
    from pathlib import Path

SIZE_LIMIT = 256 * 1024 * 1024
"""Bytes. A file above it is no recording: one of a large desktop program stays below 10 MiB."""


def save(recording: Recording, path: Path, owner: tuple[int, int] | None = None) -> None:
    """Write the recording in canonical form: the same recording gives the same bytes.

    Args:
        recording: in any order.
        path: the file; it is replaced whole.
        owner: numeric user and group that the file shall belong to (default: who runs this).

    Raises:
        OutputError: the file cannot be written.
    """
    write_whole(path, dumps(recording), owner)


def dumps(recording: Recording) -> str:
    """The text of the recording file."""
    content = normalise(recording).model_dump(mode="json")
    return json.dumps(content, indent=2, sort_keys=True) + "\n"


def load(path: Path) -> Recording:
    """Read a recording file and bring it into canonical form.

    Raises:
        RecordingTooNewError: its schema version is greater than :data:`SCHEMA_VERSION`.
        RecordingUnreadableError: it cannot be read, or is no recording.
    """
    name = printable(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        cause = error.strerror if isinstance(error, OSError) else error
        raise RecordingUnreadableError(f"{name} cannot be read: {cause}") from error
    if len(content) > SIZE_LIMIT:
        raise RecordingUnreadableError(f"{name} is no recording: it has more than {SIZE_LIMIT >> 20} MiB")
    return _parsed(content, name)


class _Version(BaseModel):
    """The part of every schema version, past and future, that says which one it is."""

    schema_version: int


def _parsed(content: bytes, name: str) -> Recording:
    if not content.strip():
        raise RecordingUnreadableError(f"{name} is empty")
    try:
        version = _Version.model_validate_json(content, strict=True).schema_version
        if version > SCHEMA_VERSION:
            raise RecordingTooNewError(
                f"{name} has schema version {version}, this profilegen knows up to {SCHEMA_VERSION}"
            )
        return normalise(Recording.model_validate_json(content, strict=True))
    except ValidationError as error:
        raise RecordingUnreadableError(f"{name} is no recording: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    """The first complaint, in one line: ``syscalls.3.abi: Input should be 'x86_64', ...``."""
    complaint = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if complaint["type"] == "json_invalid":
        return f"it is damaged or no JSON ({printable(complaint['msg'], 200)})"
    where = ".".join(str(step) for step in complaint["loc"]) or "top level"
    return printable(f"{where}: {complaint['msg']}", 200)
