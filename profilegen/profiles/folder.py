"""The folder of profiles: ``DIR/<subject>/<file>``."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from profilegen.errors import OutputError
from profilegen.files.atomic import prepare_folder, write_whole
from profilegen.formats import reasons as why
from profilegen.formats import reasons_content, registry, translation
from profilegen.policy.arch_independent import shared
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from profilegen.abi import Abi
    from profilegen.formats.registry import Format
    from profilegen.policy.model import Policy
    from profilegen.recording import Recording

Texts = dict[tuple[str, str], str]
"""The text of each file by subject and file name."""


def rendered(policies: Iterable[Policy], formats: Iterable[Format]) -> Texts:
    """Every file of every subject; nothing is written.

    Args:
        policies: by subject; what has no architecture is made of all policies of one.
        formats: the files.
    """
    chosen = tuple(formats)
    return {
        (each[0].subject, file_of(policy, one)): one.render(policy)
        for each in by_subject(policies)
        for one in chosen
        for policy in (each if one.by_architecture else (shared(each),))
    }


def translations(policies: Iterable[Policy]) -> Texts:
    """What was translated for each subject, where something was."""
    texts = {(each[0].subject, translation.FILE): translation.render(each) for each in by_subject(policies)}
    return {file: text for file, text in texts.items() if text}


def reasons(policies: Iterable[Policy], recordings: Iterable[Recording], texts: Texts) -> Texts:
    """Why each line of each subject's files is there.

    Args:
        policies: by subject.
        recordings: one of each subject.
        texts: all other files.
    """
    recorded = {one.subject: one for one in recordings}
    seccomp = registry.formats()[registry.SECCOMP]
    written: Texts = {}
    for each in by_subject(policies):
        subject = each[0].subject
        own = {file: text for (other, file), text in texts.items() if other == subject}
        named = {file_of(policy, seccomp): policy for policy in each}
        written[subject, reasons_content.FILE] = why.render(named, recorded[subject], own)
    return written


def by_subject(policies: Iterable[Policy]) -> Iterator[tuple[Policy, ...]]:
    """The policies of one subject after those of another, as they come."""
    return (tuple(group) for _, group in groupby(policies, key=lambda policy: policy.subject))


def file_of(policy: Policy, one: Format) -> str:
    """The name of a file: with the architecture in it, if it is for one that was not recorded."""
    return one.file if not one.by_architecture or policy.main else name_for(one.file, policy.arch)


def name_for(file: str, arch: Abi) -> str:
    """``seccomp.arm64.json``: a file that is for an architecture alone."""
    stem, _, ending = file.rpartition(".")
    return f"{stem}.{arch.docker}.{ending}"


def write(folder: Path, texts: Mapping[tuple[str, str], str]) -> tuple[Path, ...]:
    """Write the files, replacing only those of the same name, and return their paths.

    A subject is one path element by the model of the recording, so nothing outside ``folder`` is
    reached; a symbolic link in a subject's place is refused.

    Raises:
        OutputError: a folder or file cannot be written; files before it may have been.
    """
    subjects = {subject: folder / subject for subject, _ in texts}
    for subject, path in subjects.items():
        if subject and path.is_symlink():
            raise OutputError(f"{printable(str(path))} is a symbolic link, not a folder of profiles")
        prepare_folder(path)
    paths = []
    for (subject, file), text in texts.items():
        write_whole(subjects[subject] / file, text, through_link=False)  # it may have become one meanwhile
        paths.append(subjects[subject] / file)
    return tuple(paths)
