"""Recordings that the folder has already of the services that are to be saved there."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

from profilegen.errors import ProfilegenError
from profilegen.recording import Recording, image_ids, load, said_project, save, service_of, told_apart
from profilegen.recording.merge import merge
from profilegen.subject import safe_name
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

SUFFIX = ".recording.json"


class Folder:
    """The folder of the recordings, as far as it bears on what is to be saved.

    Attributes:
        directory: where it is.
        recordings: those that were there, by file name.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.recordings: dict[str, Recording] = {}
        self._looked_at: set[str] = set()

    def look(self, recordings: Sequence[Recording], besides: Collection[str] = ()) -> None:
        """Read those of the same services and subjects, each once; what cannot be read is left out.

        Args:
            recordings: what is to be saved.
            besides: files that are not of before.
        """
        names = {recording.subject for recording in recordings}
        names |= {safe_name(service_of(recording)[0]) for recording in recordings} - {"_"}
        self._looked_at.update(besides)
        for path in sorted(self.directory.glob("*" + SUFFIX)):
            if path.name not in self._looked_at and any(name in path.name for name in names):
                self._looked_at.add(path.name)
                with suppress(ProfilegenError):
                    self.recordings[path.name] = load(path, follow=False)

    def told_apart(
        self, new: Sequence[Recording], owner: tuple[int, int] | None, say: Callable[[str], None]
    ) -> tuple[list[Recording], ProfilegenError | None]:
        """The new recordings under the names that they have beside the folder's, which are renamed too.

        Returns:
            The recordings, one for each subject and image, and the first thing that went wrong.
        """
        old = list(self.recordings.items())
        together = told_apart([*(recording for _, recording in old), *new])
        problem: ProfilegenError | None = None
        for (name, before), after in zip(old, together, strict=False):
            if after.subject != before.subject and name.startswith(before.subject):
                try:
                    self._rename(name, after, owner, say)
                except ProfilegenError as error:
                    problem = problem or error
        kept = together[len(old) :]
        for before, after in zip(new, kept, strict=True):
            if after.subject != before.subject:
                service = printable(service_of(after)[0], 100)
                say(
                    f"the service {service} of {said_project(after)} is recorded as {after.subject}: another "
                    "project has a service of that name too"
                )
        return _of_subject_and_image(kept), problem

    def _rename(
        self, name: str, recording: Recording, owner: tuple[int, int] | None, say: Callable[[str], None]
    ) -> None:
        """Save under the new name before the old one goes."""
        renamed = recording.subject + name.removeprefix(self.recordings[name].subject)
        if renamed in self.recordings:
            recording = merge([self.recordings[renamed], recording])
        save(recording, self.directory / renamed, owner=owner)
        (self.directory / name).unlink()
        del self.recordings[name]
        self.recordings[renamed] = recording
        say(
            f"{printable(str(self.directory / name))} is now {printable(renamed)}: it is of "
            f"{said_project(recording)}"
        )


def _of_subject_and_image(recordings: Iterable[Recording]) -> list[Recording]:
    """Recordings of one subject and the same images, merged."""
    groups: dict[object, list[Recording]] = defaultdict(list)
    for recording in recordings:
        groups[recording.subject, image_ids(recording)].append(recording)
    return [group[0] if len(group) == 1 else merge(group) for group in groups.values()]
