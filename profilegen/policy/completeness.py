"""Step: a recording that lacks something gives no profile, unless the user accepts the gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.errors import IncompleteRecordingError
from profilegen.policy.model import Severity
from profilegen.recording import Lost
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.policy.draft import Draft
    from profilegen.recording import Container, LostCount, UnknownSyscall


def complete_or_allowed(draft: Draft) -> Draft:
    """Note what is missing.

    Raises:
        IncompleteRecordingError: with all reasons, if something is missing that is not accepted.
    """
    recording, options = draft.recording, draft.options
    lost = recording.completeness.lost
    unknown = recording.completeness.unknown_syscalls
    needed = [count for count in lost if options.need_paths or count.what is not Lost.PATHS]
    gaps = [*_late(recording.containers), *_lost(needed)]
    unnamed = list(_executed(unknown))
    refusing = [] if options.allow_incomplete else [*gaps, *([] if options.allow_unknown else unnamed)]
    if refusing:
        raise IncompleteRecordingError(
            f"the recording of {recording.subject} is incomplete: {'; '.join(refusing)}",
            "" if set(refusing) - set(unnamed) else "update profilegen, or accept the gap: --allow-unknown",
        )
    draft = draft.note(Severity.INCOMPLETE, *gaps, *unnamed)
    draft = draft.note(Severity.NOTE, *_lost(count for count in lost if count not in needed))
    return draft.note(
        Severity.NOTE,
        *(
            f"call {item.number} of {item.abi} has no name and was answered ENOSYS: a newer libc asks for it"
            for item in unknown
            if not item.executed
        ),
    )


def _late(containers: Iterable[Container]) -> Iterator[str]:
    for one in containers:
        if one.late:
            name = printable(one.name or one.id[:12], 64)
            yield f"the container {name} ran already when recording began, its start was not seen"


def _lost(counts: Iterable[LostCount]) -> Iterator[str]:
    for lost in counts:
        about = "" if lost.what is Lost.EVENTS else f" about {lost.what.replace('_', ' ')}"
        yield f"{lost.count} lost events{about}"


def _executed(unknown: Iterable[UnknownSyscall]) -> Iterator[str]:
    for item in unknown:
        if item.executed:
            yield f"call {item.number} of {item.abi} was executed and has no name"
