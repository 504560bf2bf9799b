"""Reads the project file: settings of each subject, and decisions by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from profilegen.errors import ProjectFileError
from profilegen.files.untrusted import complaint
from profilegen.policy.decisions import Decision
from profilegen.project.lines import entry_lines
from profilegen.project.model import Entry, Settings, SubjectSettings
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from profilegen.project.locate import ProjectText


def settings_of(
    found: ProjectText,
) -> tuple[Mapping[str, SubjectSettings], Mapping[str, Sequence[Decision]]]:
    """Settings, and what is allowed and denied by hand in the order of the file, both by subject.

    Raises:
        ProjectFileError: the file has an error; the message names the line, or the key.
    """
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
    return settings.subject, decisions


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
