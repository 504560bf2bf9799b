"""Recordings on their way to the disk: whole or not at all, those of ended containers while others run."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from profilegen.errors import OutputError, ProfilegenError
from profilegen.files.atomic import prepare_folder
from profilegen.recording import Recording, image_ids, load, said_images, save
from profilegen.recording.merge import merge
from profilegen.session.saving.file_names import DIGITS, name_files
from profilegen.session.saving.neighbours import SUFFIX, Folder
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from profilegen.command.invoker import Invoker

_APART = "different programs need names of their own (--subject NAME, or the label profilegen.subject)"


class Written(NamedTuple):
    """What is where now, and the first thing that went wrong."""

    files: dict[Path, Recording]
    problem: ProfilegenError | None = None


class Saver:
    """Saves the recordings of one session, once or again and again while they grow.

    A run cannot be repeated as easily as a file can be renamed: one recording that cannot be saved keeps
    no other from it, a folder that vanished is made again, and what cannot be merged into the file that
    is there gets a name of its own, ``SUBJECT-<8 digits of the run id>``.

    A service that another project has too, in this run or in the folder, is ``FOLDER-SERVICE``, and so are
    the folder's recordings of it from now on.

    Args:
        directory: where they go.
        invoker: whose the files are.
        append: merge into what was in a file before the session.
        say: takes a line for the user.
    """

    def __init__(
        self, directory: Path, invoker: Invoker | None, *, append: bool, say: Callable[[str], None]
    ) -> None:
        self._directory = directory
        self._owner = None if invoker is None else invoker.owner
        self._append = append
        self._tell = say
        self._said: set[str] = set()
        self._folder = Folder(directory)
        self._before: dict[Path, Recording | None] = {}
        self._saved: dict[Path, Recording] = {}

    def save(self, recordings: Sequence[Recording]) -> Written:
        """Save each under its name, and take back what an earlier call saved under another one."""
        files: dict[Path, Recording] = {}
        self._folder.look(recordings, besides={path.name for path in self._saved})
        recordings, problem = self._folder.told_apart(recordings, self._owner, self._say)
        named = name_files(recordings, self._folder.recordings if self._append else None)
        self._say_images(named)
        for name, recording in named.items():
            path, whole = self._directory / name, recording
            try:
                before = self._what_was_in(path)
                if before is not None:
                    self._say_another_image(path, before, recording)
                    whole = merge([before, recording])
            except ProfilegenError as error:
                problem = problem or error
                run = recording.run_ids[0][:DIGITS]
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
        """Put back what was there; a file that is gone was renamed, with all that it held."""
        before = self._before.get(path)
        with suppress(OSError, OutputError):
            if before is None:
                path.unlink()
            elif path.exists():
                save(before, path, owner=self._owner)
        del self._saved[path]

    def _say(self, text: str) -> None:
        """Say each line once, however often the recordings are saved."""
        if text not in self._said:
            self._said.add(text)
            self._tell(text)

    def _say_images(self, named: Mapping[str, Recording]) -> None:
        """Two programs under one name are seldom meant."""
        for subject in dict.fromkeys(recording.subject for recording in named.values()):
            files = {name: one for name, one in named.items() if one.subject == subject}
            if len(files) > 1:
                each = ", ".join(f"{name} ({said_images([one])})" for name, one in files.items())
                self._say(f"{len(files)} images ran under the name {subject}: {each}; {_APART}")

    def _say_another_image(self, path: Path, old: Recording, new: Recording) -> None:
        if image_ids(old) and image_ids(new) - image_ids(old):
            images = f"{said_images([new])} is merged with {said_images([old])}"
            self._say(f"{printable(str(path))} holds another image now: {images}; {_APART}")
