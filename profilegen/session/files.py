"""Where recordings go: one file for a subject and image, whole or not at all."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from profilegen.errors import OutputError, ProfilegenError, UsageError
from profilegen.output import prepare_folder
from profilegen.recording import Recording, load, merge, save
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from profilegen.invoker import Invoker

SUFFIX = ".recording.json"
_DIGITS = 8


def name_files(recordings: Iterable[Recording]) -> dict[str, Recording]:
    """Recordings of different images or subjects by file name.

    The first image of a subject has the plain name; another one adds digits of its image id, 8 unless
    that is a name already.
    """
    named: dict[str, Recording] = {}
    others = [one for one in recordings if named.setdefault(one.subject, one) is not one]
    for recording in others:
        named[next(name for name in _names(recording) if name not in named)] = recording
    return {name + SUFFIX: recording for name, recording in named.items()}


def _names(recording: Recording) -> Iterator[str]:
    image = recording.containers[0].image_id.removeprefix("sha256:") if recording.containers else ""
    yield from (f"{recording.subject}-{image[:length]}" for length in range(_DIGITS, len(image) + 1))
    yield from (f"{recording.subject}-{number}" for number in count(2))  # an image that nobody could name


class Written(NamedTuple):
    """What is where now, and the first thing that went wrong."""

    files: dict[Path, Recording]
    problem: ProfilegenError | None = None


def write(
    directory: Path, recordings: Iterable[Recording], invoker: Invoker | None, *, append: bool
) -> Written:
    """Save each under its name, merged into an existing file with ``append``.

    A run cannot be repeated as easily as a file can be renamed: one recording that cannot be saved keeps
    no other from it, a folder that vanished is made again, and what cannot be merged into the file that
    is there gets a name of its own, ``SUBJECT-<8 digits of the run id>``.
    """
    owner = None if invoker is None else invoker.owner
    files: dict[Path, Recording] = {}
    problem: ProfilegenError | None = None
    for name, recording in name_files(recordings).items():
        path, whole = directory / name, recording
        try:
            if append and path.exists():
                whole = merge([load(path, follow=False), recording])
        except ProfilegenError as error:
            problem = problem or error
            path = directory / f"{name.removesuffix(SUFFIX)}-{recording.run_ids[0][:_DIGITS]}{SUFFIX}"
        try:
            prepare_folder(directory, owner)
            save(whole, path, owner=owner)
            files[path] = whole
        except OutputError as error:
            problem = problem or error
    return Written(files, problem)


def check_appendable(directory: Path) -> None:
    """See before the run that every recording there can be merged into.

    Raises:
        RecordingUnreadableError: one is damaged, or no recording.
        UsageError: one is of another subject than its name says.
    """
    for path in sorted(directory.glob("*" + SUFFIX)):
        subject, name = load(path, follow=False).subject, path.name.removesuffix(SUFFIX)
        if name != subject and not name.startswith(subject + "-"):
            raise UsageError(
                f"{printable(str(path))} is a recording of {subject}: --append would merge another into it",
                "move it away, or record without --append",
            )
