"""``profilegen diff``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from profilegen.cli.stderr import tell
from profilegen.errors import DriftError, InputError, RecordingUnreadableError

if TYPE_CHECKING:
    from profilegen.profiles.confinement import Confinement
    from profilegen.recording import Recording

    Side = dict[str, Confinement] | tuple[Recording, ...]

_NOTHING = "/dev/null"
"""What git hands to a difftool in place of a file that one side lacks."""


def diff(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="The older profiles or recordings, or REV:PATH of git.")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The newer ones, of the same kind.")],
    report_format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="How to report: text, json, github, gitlab, sarif, junit or markdown.",
        ),
    ] = "text",
    arch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ARCH",
            help="Architecture to compare on: amd64, arm64... Repeatable. Default: those in the profiles.",
        ),
    ] = None,
    subject: Annotated[
        str | None, typer.Option(metavar="NAME", help="Compare only what belongs to this subject.")
    ] = None,
) -> None:
    """Compare two profiles by meaning: what became possible, and what is so no longer.

    OLD and NEW are folders that emit wrote, seccomp profiles, compose files or Kubernetes manifests; or both
    are recordings. Conditions on arguments are compared exactly. Exits with 6 if anything became possible.

      profilegen diff main:profiles profiles

      profilegen diff old/seccomp.json new/seccomp.json

      profilegen diff monday.recording.json tuesday.recording.json
    """
    from profilegen.render.reports import checked_name, render_report  # noqa: PLC0415
    from profilegen.review.diff.diff import diff as compare  # noqa: PLC0415
    from profilegen.review.diff.recordings import diff_recordings  # noqa: PLC0415

    checked_name(report_format)
    before, after = (_side(str(one), subject) for one in (old, new))
    if isinstance(before, tuple) and isinstance(after, tuple):
        report = diff_recordings(before, after)
    elif isinstance(before, tuple) or isinstance(after, tuple):
        raise InputError(
            "one of them is a recording, the other one profiles",
            "profilegen check RECORDING --profiles PROFILES",
        )
    else:
        from profilegen.abi import Abi  # noqa: PLC0415

        report = compare(before, after, arches=tuple(Abi.of_name(name) for name in arch or ()))
    typer.echo(render_report(report, report_format), nl=False)
    if report.failed:
        raise DriftError(f"the newer one allows more: {report.plan}", "review what became possible")


def _side(text: str, subject: str | None) -> Side:
    """The profiles by subject, or the recordings, that one argument names."""
    if text == _NOTHING:
        return {}
    recordings = _recordings(Path(text))
    if recordings is not None:
        return tuple(one for one in recordings if subject in (None, one.subject))
    from profilegen.profiles.inputs.read import read_confinements  # noqa: PLC0415

    if Path(text).exists() or ":" not in text:
        found = read_confinements(text)
    else:
        from profilegen.command.git import Revision  # noqa: PLC0415

        revision, _, path = text.partition(":")
        found = read_confinements(path, Revision(revision))
    for one in found:
        for warning in one.warnings:
            tell(f"profilegen: {warning}")
    return {one.subject: one for one in found if subject in (None, one.subject)}


def _recordings(path: Path) -> tuple[Recording, ...] | None:
    """The merged recordings of a file or folder; None: it is something else."""
    from profilegen.cli.recordings import files_of, is_folder, load_all  # noqa: PLC0415

    if not is_folder(path) and not path.name.endswith((".recording.json", ".recording.json.gz")):
        return None
    try:
        files = files_of([path])
    except RecordingUnreadableError:
        if is_folder(path):
            return None
        raise
    from profilegen.recording.subjects import each_subject  # noqa: PLC0415

    return each_subject(load_all(files))
