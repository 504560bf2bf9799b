"""Recordings of many subjects as one recording each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.recording.merge import merge
from profilegen.recording.projects import told_apart

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.recording.model import Recording


def each_subject(recordings: Iterable[Recording]) -> tuple[Recording, ...]:
    """One merged recording of every subject, sorted by subject; projects that meet are told apart.

    Args:
        recordings: of any subjects, in any order, each in canonical form, as ``load`` returns it.
    """
    subjects: dict[str, list[Recording]] = {}
    for recording in told_apart(recordings):
        subjects.setdefault(recording.subject, []).append(recording)
    return tuple(group[0] if len(group) == 1 else merge(group) for _, group in sorted(subjects.items()))
