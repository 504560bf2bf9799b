"""Where recordings go: one file for a subject and image, whole or not at all."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from profilegen.errors import OutputError, ProfilegenError, UsageError
from profilegen.output import prepare_folder
from profilegen.recording import Recording, image_ids, load, merge, said_images, save
from profilegen.session.neighbours import SUFFIX, Folder
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from profilegen.invoker import Invoker

_DIGITS = 8
_APART = "different programs need names of their own (--subject NAME, or the label profilegen.subject)"


def name_files(
    recordings: Sequence[Recording], there: Mapping[str, Recording] | None = None
) -> dict[str, Recording]:
    """Recordings of different images or subjects by file name.

    The first image of a subject has the plain name; another one adds digits of its image id, 8 unless
    that is a name already.

    Args:
        recordings: what is to be saved.
        there: files to be merged into, by name. An image goes where it is already.
    """
    named: dict[str, Recording] = {}
    homes = {id(one): _home(one, there or {}) for one in recordings}
    rest = []
    for recording in recordings:
        home = homes[id(recording)]
        if not home or named.setdefault(home, recording) is not recording:
            rest.append(recording)
    others = [one for one in rest if named.setdefault(one.subject, one) is not one]
    for recording in others:
        named[next(name for name in _names(recording) if name not in named)] = recording
    return {name + SUFFIX: recording for name, recording in named.items()}


def _home(recording: Recording, there: Mapping[str, Recording]) -> str:
    for name, other in sorted(there.items()):
        if other.subject == recording.subject and image_ids(other) & image_ids(recording):
            return name.removesuffix(SUFFIX)
    return ""


def _names(recording: Recording) -> Iterator[str]:
    image = recording.containers[0].image_id.removeprefix("sha256:") if recording.containers else ""
    yield from (f"{recording.subject}-{image[:length]}" for length in range(_DIGITS, len(image) + 1))
    yield from (f"{recording.subject}-{number}" for number in count(2))  # an image that nobody could name


class Written(NamedTuple):
    """What is where now, and the first thing that went wrong."""

    files: dict[Path, Recording]
    problem: ProfilegenError | None = None


def write(
    directory: Path,
    recordings: Sequence[Recording],
    invoker: Invoker | None,
    *,
    append: bool,
    say: Callable[[str], None] = lambda _: None,
) -> Written:
    """Save each under its name, merged into an existing file with ``append``.

    A run cannot be repeated as easily as a file can be renamed: one recording that cannot be saved keeps
    no other from it, a folder that vanished is made again, and what cannot be merged into the file that
    is there gets a name of its own, ``SUBJECT-<8 digits of the run id>``.

    A service that another project has too, in this run or in the folder, is ``FOLDER-SERVICE``, and so are
    the folder's recordings of it from now on.
    """
    owner = None if invoker is None else invoker.owner
    files: dict[Path, Recording] = {}
    folder = Folder.of_neighbours(directory, recordings)
    recordings, problem = folder.told_apart(recordings, owner, say)
    named = name_files(recordings, folder.recordings if append else None)
    _say_images(named, say)
    for name, recording in named.items():
        path, whole = directory / name, recording
        try:
            if append and path.exists():
                old = load(path, follow=False)
                whole = merge([old, recording])
                _say_another_image(path, old, recording, say)
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


def _say_images(named: Mapping[str, Recording], say: Callable[[str], None]) -> None:
    """Two programs under one name are seldom meant."""
    for subject in dict.fromkeys(recording.subject for recording in named.values()):
        files = {name: one for name, one in named.items() if one.subject == subject}
        if len(files) > 1:
            each = ", ".join(f"{name} ({said_images([one])})" for name, one in files.items())
            say(f"{len(files)} images ran under the name {subject}: {each}; {_APART}")


def _say_another_image(path: Path, old: Recording, new: Recording, say: Callable[[str], None]) -> None:
    if image_ids(old) and image_ids(new) - image_ids(old):
        images = f"{said_images([new])} is merged with {said_images([old])}"
        say(f"{printable(str(path))} holds another image now: {images}; {_APART}")


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
