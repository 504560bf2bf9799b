"""Files that somebody has changed since profilegen wrote them, told by the digests in ``reasons.json``."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pydantic import ValidationError

from profilegen.errors import ProfilesUnreadableError
from profilegen.files.atomic import write_whole
from profilegen.files.untrusted import complaint, read_bytes
from profilegen.formats import compose
from profilegen.formats import docker_run as docker_args
from profilegen.formats.reasons_content import ALLOWED, FILE, Reasons, digest, text_of
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from profilegen.formats.reasons_content import Line
    from profilegen.profiles.folder import Texts

_LIMIT = 64 * 1024 * 1024
"""Bytes; the reasons of a large desktop program stay below 1 MiB."""
_ENDING = ".orig"
_SECTIONS = ((docker_args.FILE, "capabilities"), ("apparmor", "paths"))
"""Which part of the reasons is about the lines of a file."""


def read(folder: Path) -> Reasons | None:
    """The reasons in a subject's folder; None: it has none.

    Raises:
        ProfilesUnreadableError: the file is there, and is not what ``emit`` writes.
    """
    path = folder / FILE
    name = printable(str(path))
    try:
        return Reasons.model_validate_json(read_bytes(path, _LIMIT, follow=False))
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise ProfilesUnreadableError(f"{name} is not what emit writes: {complaint(error)}") from error
    except (OSError, ValueError) as error:
        raise ProfilesUnreadableError(f"{name} cannot be read: {printable(str(error), 200)}") from error


def read_each(place: Path) -> tuple[Reasons, ...]:
    """The reasons of each subject in a folder of profiles, or of the one subject whose folder it is.

    Raises:
        ProfilesUnreadableError: there are none, or one of them is not what ``emit`` writes.
    """
    own = read(place)
    each = [own] if own else [read(path.parent) for path in sorted(place.glob(f"*/{FILE}"))]
    found = tuple(one for one in each if one is not None)
    if not found:
        raise ProfilesUnreadableError(f"{printable(str(place))} has no {FILE}")
    return found


def known(folder: Path) -> Reasons | None:
    """The same as :func:`read`; None, too, where a file of that name is somebody else's, or damaged."""
    try:
        return read(folder)
    except ProfilesUnreadableError:
        return None


def edited(place: Path, texts: Texts) -> Iterator[Path]:
    """The files that are about to be replaced and are not as profilegen wrote them, sorted.

    Args:
        place: the folder of profiles.
        texts: what is about to be written, by subject and file name.
    """
    each = {subject: known(place / subject) for subject, _ in texts}
    for (subject, file), text in sorted(texts.items()):
        path = place / subject / file
        before, reasons = _content(path), each[subject]
        if before in (None, text.encode()) or (file == FILE and reasons is not None):
            continue
        if file == compose.FILE and compose.is_as_written((before or b"").decode(errors="replace")):
            continue
        if reasons is None or reasons.files.get(file) != digest(before or b""):
            yield path


def keep(path: Path) -> str:
    """Copy a file beside itself, under a name that none has; say so in a sentence.

    Raises:
        OutputError: the copy cannot be written.
    """
    before = _content(path) or b""
    number, kept = 1, path.with_name(path.name + _ENDING)
    while _content(kept) not in (None, before):
        number += 1
        kept = path.with_name(f"{path.name}{_ENDING}.{number}")
    write_whole(kept, before, through_link=False)
    return printable(f"{path} was not as profilegen had written it: kept as {kept.name}")


def renew(folder: Path, changed: Mapping[str, Sequence[Line]], gone: Collection[str] = ()) -> None:
    """Take the digests of files that profilegen has changed itself, if the folder has digests.

    Args:
        folder: the subject's.
        changed: files by name, each with the reasons of its new lines.
        gone: names of lines that are no longer in them.

    Raises:
        OutputError: they cannot be written.
    """
    before = known(folder)
    if before is None:
        return
    new = {file: digest(text) for file in changed if (text := _content(folder / file)) is not None}
    changes: dict[str, object] = {"files": before.files | new}

    def renewed(file: str, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        if file not in changed or not (changed[file] or gone):
            return lines
        left = (line for line in lines if line.name not in gone or line.answer != ALLOWED)
        return tuple(sorted((*left, *changed[file]), key=lambda line: line.name))

    changes |= {name: renewed(file, getattr(before, name)) for file, name in _SECTIONS}
    changes["profiles"] = tuple(
        one.model_copy(update={"calls": renewed(one.file, one.calls)}) for one in before.profiles
    )
    write_whole(folder / FILE, text_of(before.model_copy(update=changes)), through_link=False)


def _content(path: Path) -> bytes | None:
    """The bytes of a file; None if there is none."""
    with suppress(OSError):
        return path.read_bytes()
    return None
