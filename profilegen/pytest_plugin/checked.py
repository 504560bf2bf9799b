"""The recordings of this run against the committed profiles, as ``profilegen check`` does it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from profilegen.profiles.inputs.match import matched
from profilegen.profiles.inputs.read import read_confinements
from profilegen.project.load import load
from profilegen.recording.subjects import each_subject
from profilegen.review.check.check import CheckOptions, check

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from profilegen.recording import Recording
    from profilegen.review.findings import Report


def checked(recordings: Iterable[Recording], profiles: Path) -> Report:
    """Evaluate recordings with the decisions of the project file.

    Raises:
        ProfilegenError: the profiles cannot be read, or a recording has gaps.
    """
    project = load()
    merged = each_subject(recordings)
    confinements = matched([one.subject for one in merged], read_confinements(profiles))
    return check(
        [(one, confinements.get(one.subject)) for one in merged],
        today=datetime.now(UTC).date(),
        options=CheckOptions(),
        decisions=project.decisions,
        project_file=project.file,
    )
