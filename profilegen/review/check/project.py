"""Recordings against the profiles of a project, on the day on which it is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from profilegen.profiles.inputs.match import matched
from profilegen.profiles.inputs.read import read_confinements
from profilegen.recording.subjects import each_subject
from profilegen.review.check.check import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from profilegen.profiles.confinement import Confinement
    from profilegen.project.load import Project
    from profilegen.recording import Recording
    from profilegen.review.check.check import CheckOptions
    from profilegen.review.findings import Report


def check_recordings(
    recordings: Iterable[Recording],
    profiles: Path | str,
    *,
    project: Project | None = None,
    options: CheckOptions | None = None,
    today: date | None = None,
) -> Report:
    """Read the profiles and check recordings against them.

    Args:
        recordings: of any subjects, each in canonical form.
        profiles: a folder or file that confines containers.
        project: whose decisions by hand are taken up (default: there are none).
        options: what to be strict about.
        today: the day for decisions that expire (default: now, UTC).

    Raises:
        ProfilegenError: the profiles cannot be read, or a recording has gaps.
    """
    merged = each_subject(recordings)
    confinements = matched([one.subject for one in merged], read_confinements(profiles))
    return check_merged(merged, confinements, project=project, options=options, today=today)


def check_merged(
    merged: Iterable[Recording],
    confinements: Mapping[str, Confinement],
    *,
    project: Project | None = None,
    options: CheckOptions | None = None,
    today: date | None = None,
) -> Report:
    """Check one recording of each subject against its profiles, by subject; the rest as above.

    Raises:
        IncompleteRecordingError: a recording lacks something that the options do not accept.
    """
    return check(
        [(one, confinements.get(one.subject)) for one in merged],
        today=today or datetime.now(UTC).date(),
        options=options,
        decisions=None if project is None else project.decisions,
        project_file="" if project is None else project.file,
    )
