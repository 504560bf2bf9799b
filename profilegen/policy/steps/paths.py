"""Step: what AppArmor has to allow of the file system."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.model import FileRule, Reason, Severity, Why
from profilegen.recording import Access
from profilegen.text import printable

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft


def opened_files(draft: Draft) -> Draft:
    """A rule for every path that was opened, mapped or executed, sorted by path."""
    recording = draft.recording
    access: dict[str, set[Access]] = {}
    reasons: dict[str, set[str]] = {}
    executed: set[str] = set()
    for item in recording.paths:
        access.setdefault(item.path, set()).update(item.access)
        reasons.setdefault(item.path, set()).add("opened")
    for program in recording.executed:
        # AppArmor asks for the script and for its interpreter.
        for path in (program.path, program.interpreted):
            if path is None:
                continue
            if not path.startswith("/"):
                text = f"the script {printable(path, 128)} was executed by a relative name, not a path"
                draft = draft.note(Severity.NOTE, text)
                continue
            executed.add(path)
            access.setdefault(path, set()).add(Access.READ)
            reasons.setdefault(path, set()).add("executed")
    rules = tuple(
        FileRule(
            path=path,
            access=tuple(sorted(access[path])),
            execute=path in executed,
            reasons=tuple(Reason(why=Why.OBSERVED, text=text) for text in sorted(reasons[path])),
        )
        for path in sorted(access)
    )
    return replace(draft, files=rules)
