"""Step: a recording that lacks something gives no profile, unless the user accepts the gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.errors import IncompleteRecordingError
from profilegen.policy.model import Severity
from profilegen.recording import Lost
from profilegen.recording.gaps import late_starts, unnamed
from profilegen.text import counted, listed, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from profilegen.policy.draft import Draft
    from profilegen.recording import LostCount, Recording

_NAMED = 6
"""Numbers that a sentence names."""


def complete_or_allowed(draft: Draft) -> Draft:
    """Note what is missing.

    Raises:
        IncompleteRecordingError: with all reasons, if something is missing that is not accepted.
    """
    recording, options = draft.recording, draft.options
    lost = recording.completeness.lost
    needed = [count for count in lost if options.need_paths or count.what is not Lost.PATHS]
    late = list(_late(recording))
    gaps = [*late, *_lost(needed)]
    nameless = list(_executed(recording))
    refusing = [] if options.allow_incomplete else [*gaps, *([] if options.allow_unknown else nameless)]
    if refusing:
        raise IncompleteRecordingError(
            f"the recording of {recording.subject} is incomplete: {'; '.join(refusing)}",
            _next(refusing, late, nameless),
        )
    draft = draft.note(Severity.INCOMPLETE, *gaps, *nameless)
    draft = draft.note(Severity.NOTE, *_lost(count for count in lost if count not in needed))
    for abi, numbers in unnamed(recording, executed=False):
        text = f"calls of {abi} without a name, answered ENOSYS (to a newer libc, or to a probe): {{}}"
        draft = draft.note_list(Severity.NOTE, text, numbers)
    return draft


def _next(refusing: Collection[str], late: Collection[str], nameless: Collection[str]) -> str:
    """What to type where one thing mends all; empty: the usual."""
    if set(refusing) <= set(nameless):
        return "update profilegen, or accept the gap: --allow-unknown"
    if set(refusing) <= set(late):
        return "create the container again while record runs (--allow-incomplete to look at it anyway)"
    return ""


def _late(recording: Recording) -> Iterator[str]:
    for one in late_starts(recording):
        name = printable(one.name or one.id[:12], 64)
        what = "a profile without its start will not start it"
        yield f"{name} was already running when recording began, and {what}"


def _lost(counts: Iterable[LostCount]) -> Iterator[str]:
    for lost in counts:
        about = "" if lost.what is Lost.EVENTS else f" about {lost.what.replace('_', ' ')}"
        yield f"{counted(lost.count, 'lost event')}{about}"


def _executed(recording: Recording) -> Iterator[str]:
    for abi, numbers in unnamed(recording, executed=True):
        some = f"{listed(numbers, _NAMED)} of {abi}"
        one = f"call {some} was executed and has no name"
        yield one if len(numbers) == 1 else f"calls {some} were executed and have no name"
