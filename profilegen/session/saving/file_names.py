"""What the files of recordings are called: one for a subject and image."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from profilegen.errors import UsageError
from profilegen.recording import Recording, image_ids, load
from profilegen.session.saving.neighbours import SUFFIX
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

DIGITS = 8
"""Of an image id or a run id, in a file's name."""


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
    yield from (f"{recording.subject}-{image[:length]}" for length in range(DIGITS, len(image) + 1))
    yield from (f"{recording.subject}-{number}" for number in count(2))  # an image that nobody could name


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
