"""The recording file: JSON with sorted keys, two spaces of indent and a final newline.

Everything beyond ASCII is escaped, so that no text of a hostile container reaches the terminal of
whoever prints the file.
"""

from __future__ import annotations

import os
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from profilegen.errors import RecordingTooNewError, RecordingUnreadableError
from profilegen.files.atomic import write_whole
from profilegen.files.compressed import GZIP, GZIP_MAGIC, packed, unpacked
from profilegen.files.untrusted import complaint, read_bytes, structure
from profilegen.recording.merge import normalise
from profilegen.recording.model import FIELDS, SCHEMA_VERSION, Recording
from profilegen.text import json_text, printable

if TYPE_CHECKING:
    from pathlib import Path

SIZE_LIMIT = 256 * 1024 * 1024
"""Bytes. A file above it is not a recording: one of a large desktop program stays below 10 MiB."""

STRUCTURE_LIMIT = 2_000_000
"""Opening brackets and commas outside of strings: they, and not the bytes, decide what a parser takes
(300 bytes of memory for each ``[]``). 131,072 files, all that the tracer can name, come to 1,200,000."""

_LARGE = 1024 * 1024
"""Bytes. Below it no content is dear enough to be looked at twice."""


def save(recording: Recording, path: Path, owner: tuple[int, int] | None = None) -> None:
    """Write the recording in canonical form: the same recording gives the same bytes.

    Args:
        recording: in any order.
        path: the file; it is replaced whole. Compressed with gzip if its name ends with ``.gz``.
        owner: numeric user and group that the file shall belong to (default: who runs this).

    Raises:
        OutputError: the file cannot be written.
    """
    text = dumps(recording)
    write_whole(path, packed(text) if path.name.endswith(GZIP) else text, owner)


def dumps(recording: Recording) -> str:
    """The text of the recording file."""
    canonical = normalise(recording)
    content = canonical.model_dump(mode="json", exclude={"attribution"})
    if canonical.attribution.names:
        content["attribution"] = canonical.attribution.model_dump(mode="json", exclude_defaults=True)
    return json_text(content)


def load(path: Path, *, follow: bool = True) -> Recording:
    """Read a recording file and bring it into canonical form.

    Args:
        path: the file.
        follow: False in a folder that somebody else may write: a symbolic link is not followed, and a
            pipe, which nobody may ever write to, is not waited for.

    Raises:
        RecordingTooNewError: its schema version is greater than :data:`SCHEMA_VERSION`.
        RecordingUnreadableError: it cannot be read, or is not a recording.
    """
    return parse(read(path, follow=follow), printable(str(path)))


def read(path: Path, *, follow: bool = True) -> bytes:
    """The content of a recording file, compressed or not; takes and raises what ``load`` does."""
    name = printable(str(path))
    try:
        content = read_bytes(path, SIZE_LIMIT, follow=follow)
        if content.startswith(GZIP_MAGIC):
            content = unpacked(content, SIZE_LIMIT)
    except FileNotFoundError as error:
        raise RecordingUnreadableError(f"{name} does not exist", f"ls {_nearest_folder(path)}") from error
    except OSError as error:
        typed = shlex.quote(str(path))
        raise RecordingUnreadableError(
            f"{name} cannot be read: {error.strerror}", f"ls -ld {typed}"
        ) from error
    except ValueError as error:  # a NUL in the path, damaged gzip
        raise RecordingUnreadableError(f"{name} cannot be read: {error}", "ls") from error
    if len(content) > SIZE_LIMIT:
        raise RecordingUnreadableError(f"{name} is not a recording: it has more than {SIZE_LIMIT >> 20} MiB")
    return content


def _nearest_folder(path: Path) -> str:
    """The folder where the file should be, or the first above it that exists, as typed in a shell."""
    there = (folder for folder in path.parents if os.path.isdir(folder))  # noqa: PTH112 - Path.is_dir may fail
    return shlex.quote(str(next(there, ".")))


class _Version(BaseModel):
    """The part of every schema version, past and future, that says which one it is."""

    schema_version: int


def parse(content: bytes, name: str) -> Recording:
    """The recording that a file holds, in canonical form.

    Args:
        content: of the file.
        name: of the file, for errors; safe to print.

    Raises:
        RecordingTooNewError: its schema version is greater than :data:`SCHEMA_VERSION`.
        RecordingUnreadableError: it is not a recording.
    """
    if not content.strip():
        raise RecordingUnreadableError(f"{name} is empty")
    if structure(content, STRUCTURE_LIMIT) > STRUCTURE_LIMIT:
        raise RecordingUnreadableError(f"{name} is not a recording: it has more items than any container")
    try:
        if len(content) > _LARGE:
            _known_fields_only(from_json(content), name)
        version = _Version.model_validate_json(content, strict=True).schema_version
        if version > SCHEMA_VERSION:
            raise RecordingTooNewError(
                f"{name} has schema version {version}, this profilegen knows up to {SCHEMA_VERSION}"
            )
        return normalise(Recording.model_validate_json(content, strict=True))
    except ValidationError as error:
        if _is_seccomp_profile(content):
            raise RecordingUnreadableError(
                f"{name} is a seccomp profile, not a recording (those are named NAME.recording.json)",
                "give a file or folder that profilegen record has written",
            ) from error
        raise RecordingUnreadableError(f"{name} is not a recording: {complaint(error)}") from error
    except ValueError as error:  # of from_json
        cause = printable(str(error), 200)
        raise RecordingUnreadableError(
            f"{name} is not a recording: it is damaged or not JSON ({cause})"
        ) from error


def _is_seccomp_profile(content: bytes) -> bool:
    with suppress(ValueError):
        document = from_json(content)
        return isinstance(document, dict) and "defaultAction" in document
    return False


def _known_fields_only(document: Any, name: str) -> None:
    """A million unknown fields would be a million errors of a kilobyte each."""
    rest = [document]
    while rest:
        value = rest.pop()
        if isinstance(value, dict):
            unknown = value.keys() - FIELDS
            if unknown:
                field = printable(min(unknown), 100)
                raise RecordingUnreadableError(f"{name} is not a recording: it has a field {field}")
            rest += value.values()
        elif isinstance(value, list):
            rest += (item for item in value if isinstance(item, (dict, list)))
