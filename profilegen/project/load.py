"""What the project file says; without one, the defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from profilegen.project.locate import find
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from profilegen.policy.decisions import Decision
    from profilegen.project.model import SubjectSettings


@dataclass(frozen=True)
class Project:
    """What the project file says; without one the defaults.

    Attributes:
        file: its path as it was found; empty: there is none.
        recordings: folder of the recordings.
        profiles: folder of the profiles.
        subjects: settings by subject.
        decisions: what is allowed and denied by hand, by subject, in the order of the file.
    """

    file: str = ""
    recordings: Path = Path("recordings")
    profiles: Path = Path("profiles")
    subjects: Mapping[str, SubjectSettings] = field(default_factory=dict)
    decisions: Mapping[str, Sequence[Decision]] = field(default_factory=dict)

    def not_recorded(self, subjects: Collection[str]) -> Iterator[str]:
        """A sentence for each section whose subject is none of those that were recorded."""
        for name in sorted(self.subjects.keys() - set(subjects)):
            yield printable(f"{self.file} has a section subject.{name}, and no recording is of {name}")


def load(start: Path | None = None) -> Project:
    """The project of a folder.

    Args:
        start: the folder (default: the current one).

    Raises:
        ProjectFileError: the file has an error; the message names the line, or the key.
    """
    found = find(start)
    if found is None:
        return Project()
    from profilegen.project.read import settings_of  # noqa: PLC0415 - its models are dear; not every project has it

    subjects, decisions = settings_of(found)
    return Project(
        str(found.path), found.folder_of("recordings"), found.folder_of("profiles"), subjects, decisions
    )
