"""Read the project file: settings of each subject, and decisions by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from profilegen.errors import ProjectFileError
from profilegen.files.untrusted import complaint
from profilegen.policy.decisions import Decision
from profilegen.project.lines import entry_lines
from profilegen.project.locate import find
from profilegen.project.model import Entry, Settings, SubjectSettings
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from profilegen.project.locate import ProjectText


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
    return Project() if found is None else _read(found)


def _read(found: ProjectText) -> Project:
    name = printable(str(found.path))
    try:
        settings = Settings.model_validate(found.table)
    except ValidationError as error:
        raise ProjectFileError(f"{name}: {found.prefix}{complaint(error)}") from error
    lines = entry_lines(found.text)
    decisions = {
        subject: tuple(
            decision
            for kind, entries in (("allow", one.allow), ("deny", one.deny))
            for decision in _decisions(kind, entries, lines.get((subject, kind), ()))
        )
        for subject, one in settings.subject.items()
    }
    return Project(
        str(found.path),
        found.folder_of("recordings"),
        found.folder_of("profiles"),
        settings.subject,
        decisions,
    )


def _decisions(kind: str, entries: Sequence[Entry], lines: Sequence[int]) -> Iterator[Decision]:
    known = lines if len(lines) == len(entries) else [1] * len(entries)
    for entry, line in zip(entries, known, strict=True):
        is_day = entry.expires is not None and not isinstance(entry.expires, str)
        yield Decision(
            allow=kind == "allow",
            reason=entry.reason,
            syscall=entry.syscall or "",
            arguments=tuple(sorted(entry.arguments)),
            capability=entry.capability,
            path=entry.path or "",
            access=tuple(sorted(entry.access)),
            socket=entry.socket or "",
            errno=entry.errno or "",
            expires=entry.expires if is_day else None,  # type: ignore[arg-type]
            malformed=isinstance(entry.expires, str),
            line=line,
        )
