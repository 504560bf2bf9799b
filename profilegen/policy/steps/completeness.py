"""Step: a recording that lacks something gives no profile, unless the user accepts the gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.errors import IncompleteRecordingError
from profilegen.policy.model import Severity
from profilegen.recording.gaps import GapKind, gaps, unnamed

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from profilegen.policy.draft import Draft
    from profilegen.policy.options import DeriveOptions


def complete_or_allowed(draft: Draft) -> Draft:
    """Note what is missing.

    Raises:
        IncompleteRecordingError: with all reasons, if something is missing that is not accepted.
    """
    recording = draft.recording
    found = gaps(recording)
    refusing = [gap for gap in found if gap.kind not in _accepted(draft.options)]
    if refusing:
        raise IncompleteRecordingError(
            f"the recording of {recording.subject} is incomplete: {'; '.join(gap.text for gap in refusing)}",
            _next({gap.kind for gap in refusing}),
        )
    of_no_use = _of_no_use(draft.options)
    draft = draft.note(Severity.INCOMPLETE, *(gap.text for gap in found if gap.kind not in of_no_use))
    draft = draft.note(Severity.NOTE, *(gap.text for gap in found if gap.kind in of_no_use))
    for abi, numbers in unnamed(recording, executed=False):
        text = f"calls of {abi} without a name, answered ENOSYS (to a newer libc, or to a probe): {{}}"
        draft = draft.note_list(Severity.NOTE, text, numbers)
    return draft


def _of_no_use(options: DeriveOptions) -> AbstractSet[GapKind]:
    """What no profile that is wanted is made of."""
    return set() if options.need_paths else {GapKind.LOST_PATHS}


def _accepted(options: DeriveOptions) -> AbstractSet[GapKind]:
    if options.allow_incomplete:
        return set(GapKind)
    return _of_no_use(options) | ({GapKind.UNNAMED} if options.allow_unknown else set())


def _next(refusing: AbstractSet[GapKind]) -> str:
    """What to type where one thing mends all; empty: the usual."""
    if refusing == {GapKind.UNNAMED}:
        return "update profilegen, or accept the gap: --allow-unknown"
    if refusing == {GapKind.LATE_START}:
        return "create the container again while record runs (--allow-incomplete to look at it anyway)"
    return ""
