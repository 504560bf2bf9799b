"""``profilegen check``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from profilegen.cli.recordings import files_of, load_all
from profilegen.cli.stderr import tell, tell_notes
from profilegen.errors import DriftError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from profilegen.profiles.confinement import Confinement
    from profilegen.project.load import Project
    from profilegen.recording import Recording
    from profilegen.review.findings import Report

MISSING, EVERYTHING = "missing", "all"


def check(
    recordings: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="RECORDING|DIR",
            help="Recordings, or folders of recordings. Default: the folder that the project file names, "
            "else recordings.",
            show_default=False,
        ),
    ] = None,
    profiles: Annotated[
        Path | None,
        typer.Option(
            "--profiles",
            metavar="DIR|FILE",
            help="What is committed: a folder that emit wrote, a seccomp profile of OCI, Docker, Podman or "
            "Kubernetes, a compose file, or a manifest of Kubernetes. Default: the folder that the project "
            "file names, else profiles.",
            show_default=False,
        ),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Check only the recordings and profiles of this subject."),
    ] = None,
    report_format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="How to report: text, json, github, gitlab, sarif, junit or markdown.",
        ),
    ] = "text",
    update: Annotated[
        str | None,
        typer.Option(
            "--update",
            metavar="[=all]",
            help="Change the profiles: add what is missing and nothing else; with =all make all of them "
            "again from the recordings, as emit would.",
        ),
    ] = None,
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail on what is allowed and no longer seen, too.")
    ] = False,
    wider_only: Annotated[
        bool,
        typer.Option("--wider-only", help="Fail only on what Docker's default refuses too: for a start."),
    ] = False,
    allow_incomplete: Annotated[
        bool, typer.Option("--allow-incomplete", help="Check even if a recording has gaps.")
    ] = False,
    allow_unknown: Annotated[
        bool,
        typer.Option("--allow-unknown", help="Check even if the program made calls that have no name here."),
    ] = False,
    even_in_ci: Annotated[
        bool, typer.Option("--even-in-ci", help="Let --update write although the variable CI is set.")
    ] = False,
) -> None:
    """Fail if a program needs more than its committed profiles allow.

    Each call that was recorded is put to the committed filter with its arguments, on every architecture that
    has a profile; capabilities and files likewise. Each finding has the program, what it opens, and the line
    that allows it. Exits with 6 if something is missing, with 5 if a recording is incomplete.

      profilegen check recordings --profiles profiles

      profilegen check web.recording.json --profiles seccomp.json --format github

      profilegen check recordings --profiles profiles --update
    """
    from profilegen.project.load import load as load_project  # noqa: PLC0415 - --help must not pay for it
    from profilegen.recording.subjects import each_subject  # noqa: PLC0415
    from profilegen.render.reports import checked_name, render_report  # noqa: PLC0415

    checked_name(report_format)
    _check_update(update, even_in_ci=even_in_ci)
    project = load_project()
    committed = Path(profiles) if profiles else project.profiles
    loaded = load_all(files_of(map(Path, recordings or [project.recordings])))
    merged = [one for one in each_subject(loaded) if subject in (None, one.subject)]
    if not recordings and subject is None:
        tell_notes(project.not_recorded({one.subject for one in merged}))
    confinements = _read(committed, merged, subject)
    report = _report(merged, confinements, project, strict, wider_only, allow_incomplete, allow_unknown)
    typer.echo(render_report(report, report_format), nl=False)
    if update is not None:
        written = _update(update, report, merged, confinements, committed, project)
        if all(_is_settled(one.rule) for one in report.findings if one.level == "error"):
            tell(f"profilegen: {written}")
            return
    if report.failed:
        raise DriftError(f"check found what the profiles in {committed} do not settle: {report.plan}")


def _check_update(update: str | None, *, even_in_ci: bool) -> None:
    if update not in (None, MISSING, EVERYTHING):
        raise UsageError(f"--update takes =all or nothing, not {update[:100]!r}", "profilegen check --help")
    if update and os.environ.get("CI") and not even_in_ci:
        raise UsageError(
            "the variable CI is set, and check --update changes files that are committed",
            "run it where you can commit the result, or add --even-in-ci",
        )


def _read(profiles: Path, merged: Sequence[Recording], subject: str | None) -> Mapping[str, Confinement]:
    """The profiles of each subject that was recorded."""
    from profilegen.profiles.inputs.match import matched  # noqa: PLC0415
    from profilegen.profiles.inputs.read import read_confinements  # noqa: PLC0415

    found = read_confinements(profiles)
    for one in found:
        for warning in one.warnings:
            tell(f"profilegen: {warning}")
    if subject is not None and len(found) > 1:
        found = tuple(one for one in found if one.subject == subject)
    return matched([recording.subject for recording in merged], found)


def _report(
    merged: Sequence[Recording],
    confinements: Mapping[str, Confinement],
    project: Project,
    strict: bool,
    wider_only: bool,
    allow_incomplete: bool,
    allow_unknown: bool,
) -> Report:
    from profilegen.policy.options import DeriveOptions  # noqa: PLC0415
    from profilegen.review.check.check import CheckOptions  # noqa: PLC0415
    from profilegen.review.check.project import check_merged  # noqa: PLC0415

    derive = DeriveOptions(allow_incomplete=allow_incomplete, allow_unknown=allow_unknown)
    options = CheckOptions(strict=strict, wider_only=wider_only, derive=derive)
    return check_merged(merged, confinements, project=project, options=options)


def _is_settled(rule: str) -> bool:
    return rule not in ("denied", "expired")


def _update(
    update: str,
    report: Report,
    merged: Sequence[Recording],
    confinements: Mapping[str, Confinement],
    profiles: Path,
    project: Project,
) -> str:
    """Write what settles the findings; a sentence about it."""
    from profilegen.files.atomic import write_whole  # noqa: PLC0415

    if update == EVERYTHING:
        from profilegen.profiles import replace  # noqa: PLC0415
        from profilegen.profiles.make import make  # noqa: PLC0415
        from profilegen.profiles.request import parse  # noqa: PLC0415
        from profilegen.project.choices import with_project  # noqa: PLC0415

        request = with_project(parse(), project, ())
        tell_notes(replace.write(profiles, make(merged, request)))
        return f"made the profiles in {profiles} again: review and commit them"
    from profilegen.profiles.ours import renew  # noqa: PLC0415
    from profilegen.review.check.settle import reasons_for, settled  # noqa: PLC0415

    texts: dict[str, str] = {}
    for name, confinement in confinements.items():
        texts |= settled(confinement, [one for one in report.findings if one.container == name])
    for file, text in sorted(texts.items()):
        write_whole(Path(file), text)
        renew(Path(file).parent, {Path(file).name: reasons_for(file, report.findings)})
    return f"changed {', '.join(sorted(texts)) or 'nothing'}: review and commit it"
