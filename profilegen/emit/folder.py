"""The folder of profiles: ``DIR/<subject>/<file>``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.errors import OutputError
from profilegen.output import prepare_folder, write_whole
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from profilegen.emit import Format
    from profilegen.policy.model import Policy

Texts = dict[tuple[str, str], str]
"""The text of each file by subject and file name."""


def rendered(policies: Iterable[Policy], formats: Iterable[Format]) -> Texts:
    """Every file of every policy; nothing is written."""
    chosen = tuple(formats)
    return {(policy.subject, one.file): one.render(policy) for policy in policies for one in chosen}


def write(folder: Path, texts: Mapping[tuple[str, str], str]) -> tuple[Path, ...]:
    """Write the files, replacing only those of the same name, and return their paths.

    A subject is one path element by the model of the recording, so nothing outside ``folder`` is
    reached; a symbolic link in a subject's place is refused.

    Raises:
        OutputError: a folder or file cannot be written; files before it may have been.
    """
    subjects = {subject: folder / subject for subject, _ in texts}
    for path in subjects.values():
        if path.is_symlink():
            raise OutputError(f"{printable(str(path))} is a symbolic link, not a folder of profiles")
        prepare_folder(path)
    paths = []
    for (subject, file), text in texts.items():
        write_whole(subjects[subject] / file, text, through_link=False)  # it may have become one meanwhile
        paths.append(subjects[subject] / file)
    return tuple(paths)
