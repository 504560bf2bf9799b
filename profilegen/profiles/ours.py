"""Files that somebody has changed since profilegen wrote them, told by the digests in ``reasons.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from profilegen.errors import ProfilesUnreadableError
from profilegen.files.atomic import write_whole
from profilegen.files.untrusted import complaint, read_bytes
from profilegen.formats.reasons import FILE, Reasons, digest, text_of
from profilegen.profiles.evidence import content
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from profilegen.profiles.folder import Texts

_LIMIT = 64 * 1024 * 1024
"""Bytes; the reasons of a large desktop program stay below 1 MiB."""
_ENDING = ".orig"


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


def edited(place: Path, texts: Texts) -> Iterator[Path]:
    """The files that are about to be replaced and are not as profilegen wrote them, sorted.

    Args:
        place: the folder of profiles.
        texts: what is about to be written, by subject and file name.
    """
    known = {subject: _digests(place / subject) for subject, _ in texts}
    for (subject, file), text in sorted(texts.items()):
        path = place / subject / file
        before = content(path)
        if file != FILE and before not in (None, text) and known[subject].get(file) != digest(before or ""):
            yield path


def keep(path: Path) -> str:
    """Copy a file beside itself, under a name that none has; say so in a sentence.

    Raises:
        OutputError: the copy cannot be written.
    """
    before = content(path) or ""
    number, kept = 1, path.with_name(path.name + _ENDING)
    while content(kept) not in (None, before):
        number += 1
        kept = path.with_name(f"{path.name}{_ENDING}.{number}")
    write_whole(kept, before, through_link=False)
    return printable(f"{path} was not as profilegen had written it: kept as {kept.name}")


def renew(folder: Path, files: Iterable[str]) -> None:
    """Take the digests of files that profilegen has changed itself, if the folder has digests.

    Raises:
        OutputError: they cannot be written.
        ProfilesUnreadableError: the file with the digests is not what ``emit`` writes.
    """
    known = read(folder)
    if known is None:
        return
    new = {file: digest(text) for file in files if (text := content(folder / file)) is not None}
    write_whole(
        folder / FILE, text_of(known.model_copy(update={"files": known.files | new})), through_link=False
    )


def _digests(folder: Path) -> dict[str, str]:
    """The digests by file name; none if the file that has them is missing or damaged."""
    try:
        known = read(folder)
    except ProfilesUnreadableError:
        return {}
    return {} if known is None else known.files
