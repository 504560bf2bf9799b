"""What a folder has of an earlier ``emit``: what replacing takes away, and files that are not renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.errors import SeccompUnreadableError
from profilegen.formats import docker_run as docker_args
from profilegen.formats import seccomp, translation
from profilegen.profiles.evidence import content, is_seccomp
from profilegen.recording import service_of
from profilegen.seccomp.read import parse
from profilegen.subject import safe_name
from profilegen.text import listed, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from profilegen.profiles.folder import Texts
    from profilegen.recording import Recording

_NAMED = 8
"""Flags or calls that a sentence names."""


def taken_away(folder: Path, texts: Texts) -> Iterator[str]:
    """A sentence for each file that loses flags or calls, whoever had put them there."""
    for (subject, file), text in sorted(texts.items()):
        path = folder / subject / file
        before = content(path)
        if before is None or before == text:
            continue
        if file == docker_args.FILE:
            gone, verb = frozenset(before.split()) - frozenset(text.split()), "has"
        elif is_seccomp(file):
            gone, verb = _allowed(before) - _allowed(text), "allows"
        else:
            continue
        if gone:
            yield printable(f"{path} no longer {verb} {listed(sorted(gone), _NAMED)}")


def not_renewed(folder: Path, texts: Texts) -> Iterator[str]:
    """A sentence for each file about an architecture that this ``emit`` does not write."""
    for subject in sorted({subject for subject, file in texts if is_seccomp(file)}):
        for path in sorted((folder / subject).glob("seccomp.*.json")):
            if (subject, path.name) not in texts:
                arch = path.name.split(".")[1]
                yield printable(f"{path} is of an earlier emit: renew it with --arch {arch}, or remove it")
        path = folder / subject / translation.FILE
        if (subject, translation.FILE) not in texts and path.exists():
            yield printable(f"{path} is of an earlier emit: nothing is translated now")


def renamed(folder: Path, recordings: Iterable[Recording], subjects: Collection[str]) -> Iterator[str]:
    """A sentence for each service whose profiles have another name by now, because projects met."""
    names = {safe_name(service) for recording in recordings if (service := service_of(recording)[0])}
    for name in sorted(names - set(subjects)):
        if (folder / name / seccomp.FILE).exists():
            yield printable(
                f"{folder / name} is of an earlier emit: its service is told apart by project now"
            )


def _allowed(text: str) -> frozenset[str]:
    """The calls that a profile allows; none of what is not one."""
    try:
        return parse(text.encode(), seccomp.FILE).document.allowed
    except SeccompUnreadableError:
        return frozenset()
