"""Where recordings go: one file for a subject and image, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.recording import Recording, load, merge, save

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from profilegen.session.command import Invoker

SUFFIX = ".recording.json"
_IMAGE_DIGITS = 8


def group(recordings: Iterable[Recording]) -> dict[str, Recording]:
    """Merged recordings by file name: containers of one subject and image belong together.

    The first image of a subject has the plain name; another one adds 8 digits of its image id.
    """
    by_image: dict[tuple[str, str], list[Recording]] = {}
    for recording in recordings:
        key = (recording.subject, recording.containers[0].image_id)
        by_image.setdefault(key, []).append(recording)
    named: dict[str, Recording] = {}
    for (subject, image_id), parts in by_image.items():
        name = subject
        if name + SUFFIX in named:
            name = f"{subject}-{image_id.removeprefix('sha256:')[:_IMAGE_DIGITS]}"
        named[name + SUFFIX] = merge(parts)
    return named


def write(
    directory: Path, recordings: Iterable[Recording], invoker: Invoker | None, *, append: bool
) -> dict[Path, Recording]:
    """Save each under its name, merged into an existing file with ``append``. Returns what is where.

    Raises:
        OutputError: the folder cannot be written; files saved before stay whole.
        RecordingUnreadableError: ``append`` meets a file that is no recording; nothing is written then.
    """
    named = group(recordings)
    if append:
        named = {
            name: merge([load(directory / name), recording]) if (directory / name).exists() else recording
            for name, recording in named.items()
        }
    owner = None if invoker is None else (invoker.uid, invoker.gid)
    for name, recording in named.items():
        save(recording, directory / name, owner=owner)
    return {directory / name: recording for name, recording in named.items()}
