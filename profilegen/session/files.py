"""Where recordings go: one file for a subject and image, whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from profilegen.errors import OutputError, ProfilegenError, UsageError
from profilegen.output import prepare_folder
from profilegen.recording import Recording, load, merge, save
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from profilegen.invoker import Invoker

    Say = Callable[[str], None]

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


class Saver:
    """Saves the recordings of one session, those of ended containers while it goes on.

    A run cannot be repeated as easily as a file can be renamed: one recording that cannot be saved keeps
    no other from it, a folder that vanished is made again, and what cannot be merged into the file that
    is there gets a name of its own, ``SUBJECT-<8 digits of the run id>``.

    Args:
        directory: where they go.
        invoker: whose the files are.
        append: merge into what was in a file before the session.
        say: takes a line for the user.
    """

    def __init__(self, directory: Path, invoker: Invoker | None, *, append: bool, say: Say) -> None:
        self._directory = directory
        self._owner = None if invoker is None else invoker.owner
        self._append = append
        self._say = say
        self._before: dict[Path, Recording | None] = {}
        self._saved: dict[Path, Recording] = {}

    def save(self, recordings: Iterable[Recording]) -> Written:
        """Save each under its name, and take back what an earlier call saved under another one."""
        files: dict[Path, Recording] = {}
        problem: ProfilegenError | None = None
        for name, recording in name_files(recordings).items():
            path, whole = self._directory / name, recording
            try:
                before = self._what_was_in(path)
                whole = recording if before is None else merge([before, recording])
            except ProfilegenError as error:
                problem = problem or error
                run = recording.run_ids[0][:_DIGITS]
                path = self._directory / f"{name.removesuffix(SUFFIX)}-{run}{SUFFIX}"
            try:
                self._write(whole, path)
                files[path] = whole
            except OutputError as error:
                problem = problem or error
        for path in self._saved.keys() - files.keys():
            self._take_back(path)
        return Written(files, problem)

    def _what_was_in(self, path: Path) -> Recording | None:
        """The recording that was there before the session, if it is to be kept; looked at once."""
        if path not in self._before and path not in self._saved:
            there = path.exists()
            if there and not self._append:
                subject = printable(path.name.removesuffix(SUFFIX))
                self._say(f"replaces the earlier recording of {subject} (--append merges)")
            self._before[path] = load(path, follow=False) if there and self._append else None
        return self._before.get(path)

    def _write(self, recording: Recording, path: Path) -> None:
        if self._saved.get(path) != recording or not path.exists():
            prepare_folder(self._directory, self._owner)
            save(recording, path, owner=self._owner)
            self._saved[path] = recording

    def _take_back(self, path: Path) -> None:
        before = self._before.get(path)
        with suppress(OSError, OutputError):
            if before is None:
                path.unlink()
            else:
                save(before, path, owner=self._owner)
        del self._saved[path]


def write(
    directory: Path, recordings: Iterable[Recording], invoker: Invoker | None, *, append: bool, say: Say
) -> Written:
    """Save recordings, all at once; see :class:`Saver`."""
    return Saver(directory, invoker, append=append, say=say).save(recordings)


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
