"""``profilegen emit``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from profilegen.cli.recordings import files_of, load_all
from profilegen.cli.stderr import tell, tell_notes
from profilegen.errors import DriftError, UsageError, WiderThanDefaultError
from profilegen.text import json_text, listed, printable

if TYPE_CHECKING:
    from profilegen.policy.model import Policy
    from profilegen.profiles.make import Made
    from profilegen.profiles.request import Request


def emit(
    recordings: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="RECORDING|DIR",
            help="Recordings, or folders of recordings (NAME.recording.json). Default: the folder that the "
            "project file names, else recordings.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Folder to write SUBJECT/... into; - for standard output. Default: the folder that the "
            "project file names, else profiles.",
            show_default=False,
        ),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Take all RECORDINGs as those of one subject, and call it NAME."),
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="Write only this file: seccomp, docker-run, caps, apparmor, or compose (for all services of "
            "a project: compose.profilegen.yaml, with the seccomp profiles that it names). Repeatable.",
        ),
    ] = None,
    arch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ARCH",
            help="Architecture to emit for: amd64, arm64... Repeatable. Default: the recorded one.",
        ),
    ] = None,
    default_errno: Annotated[
        str,
        typer.Option(
            metavar="ERRNO", help="Error that calls outside the profile get: EPERM, ENOSYS or a number."
        ),
    ] = "ENOSYS",
    runtimes: Annotated[
        list[str] | None,
        typer.Option(
            "--runtime",
            metavar="RUNTIME",
            help="Runtime that will start it: runc, crun, youki or any. Default: the recorded one.",
        ),
    ] = None,
    default_profile: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Seccomp profile to be no wider than, in place of Docker's default. If docker-run.args lies "
            "beside it, its --cap-add list takes the place of Docker's default capabilities too.",
        ),
    ] = None,
    args: Annotated[
        str | None,
        typer.Option(
            metavar="default|strict|none",
            help="Which recorded arguments become conditions, beyond those of Docker's default: "
            "those of sockets (default), all (strict), none.",
        ),
    ] = None,
    low_ports: Annotated[
        str | None,
        typer.Option(
            metavar="auto|yes|no",
            help="Whether to keep NET_BIND_SERVICE for ports below 1024 that were bound without it, as "
            "Docker's own networks allow: if the recorded engine needs it (auto, the default), always (yes), "
            "never (no).",
        ),
    ] = None,
    *,
    portable: Annotated[
        bool,
        typer.Option(
            "--portable/--exact",
            help="Allow what other versions of glibc, musl and Go call instead, or only what was recorded.",
        ),
    ] = True,
    multi_arch: Annotated[
        bool, typer.Option("--multi-arch", help="Write one seccomp.json for all the architectures of --arch.")
    ] = False,
    no_wider: Annotated[
        bool,
        typer.Option(
            "--no-wider",
            help="Exit with 6 and write nothing if a profile would be wider than Docker's default (or "
            "--default-profile).",
        ),
    ] = False,
    allow_incomplete: Annotated[
        bool, typer.Option("--allow-incomplete", help="Emit even if the recording has gaps.")
    ] = False,
    allow_unknown: Annotated[
        bool,
        typer.Option("--allow-unknown", help="Emit even if the program made calls that have no name here."),
    ] = False,
    init: Annotated[
        bool, typer.Option("--init", help="Add the calls of an engine's init: docker-init (tini), catatonit.")
    ] = False,
    with_apparmor: Annotated[
        bool,
        typer.Option(
            "--with-apparmor", help="Add the AppArmor profile to docker-run.args; it must be loaded first."
        ),
    ] = False,
    absolute: Annotated[
        bool,
        typer.Option(
            "--absolute",
            help="Absolute paths in compose.profilegen.yaml, for a compose that runs in another folder.",
        ),
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Write nothing; exit with 6 and show the difference if DIR has other files than these.",
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the policies as JSON, with the reason for each line.")
    ] = False,
) -> None:
    """Turn recordings into profiles: DIR/SUBJECT/seccomp.json, docker-run.args, capabilities.txt, apparmor.

    reasons.json beside them says why each line is there; a file that was edited by hand is kept as .orig.

    Recordings of one subject are merged; a service that several projects have is several subjects. The
    same recordings give the same bytes; other files in DIR are left alone. For an architecture that was
    not recorded, profilegen substitutes the calls that its libc makes: seccomp.ARCH.json, and
    translation.txt with the reason for each. What Docker's default refuses is left out unless the
    program was seen to need it, and is then reported. What profilegen.toml allows or denies by hand
    is taken up.

      profilegen emit recordings -o profiles

      profilegen emit web.recording.json --arch amd64 --arch arm64 -o profiles

      profilegen emit web.recording.json --format seccomp -o -

      profilegen emit --check
    """
    from profilegen.profiles.make import make  # noqa: PLC0415 - --help must not pay for it
    from profilegen.profiles.request import parse  # noqa: PLC0415
    from profilegen.project.choices import with_project  # noqa: PLC0415
    from profilegen.project.load import load as load_project  # noqa: PLC0415

    project = load_project()
    # The command line hands on text: PlainCommand converts nothing.
    output = Path(output) if output else project.profiles
    reference = None if default_profile is None else Path(default_profile)
    request = parse(
        formats=formats or (),
        arches=arch or (),
        subject=subject,
        default_errno=default_errno,
        runtimes=runtimes or (),
        default_profile=reference,
        args=args or "default",
        low_ports=low_ports or "auto",
        portable=portable,
        multi_arch=multi_arch,
        allow_incomplete=allow_incomplete,
        allow_unknown=allow_unknown,
        init=init,
        with_apparmor=with_apparmor,
    )
    request = with_project(
        request,
        project,
        {
            name
            for name, value in (
                ("runtimes", runtimes),
                ("architectures", arch),
                ("args", args),
                ("low_ports", low_ports),
            )
            if value
        },
    )
    for warning in request.warnings:
        tell(f"profilegen: {warning}")
    loaded = load_all(files_of(map(Path, recordings or [project.recordings])))
    if request.subject:
        _say_merged(sorted({one.subject for one in loaded}), request.subject)
    made = make(loaded, request)
    if request.compose:
        made = _with_compose(made, output, absolute=absolute, with_apparmor=with_apparmor)
    tell_notes(() if recordings or request.subject else project.not_recorded(made.subjects))
    to_stdout = output == Path("-")
    if check:
        if to_stdout:
            raise UsageError(
                "--check compares with files, and - is none", "profilegen emit --check -o profiles"
            )
        _compare(output, made)
        return
    if to_stdout and (len(made.texts) != 1 or as_json):
        raise UsageError(
            "standard output takes one file: one subject, one format and one architecture",
            "choose one: --format seccomp",
        )
    if as_json:
        _print_json(made)
    refused = no_wider and any(policy.wider for policy in made.policies)
    if not refused:
        _out(output, made)
    wants_apparmor = with_apparmor or "apparmor" in (formats or ())
    _summarise(
        made, None if to_stdout else output, request, wants_apparmor=wants_apparmor, written=not refused
    )
    if refused:
        accept = "review what is new, then emit without --no-wider and commit it" if default_profile else ""
        raise WiderThanDefaultError(_too_wide(made.policies), accept)


def _with_compose(made: Made, output: Path, *, absolute: bool, with_apparmor: bool) -> Made:
    """Add the compose file of the project; standard output gets that file alone."""
    from dataclasses import replace  # noqa: PLC0415 - seldom asked for

    from profilegen.formats.compose import FILE  # noqa: PLC0415
    from profilegen.profiles.project_file import PROJECT, project_file  # noqa: PLC0415

    if output == Path("-"):
        folder, others = Path("profiles"), {}
    else:
        folder, others = output, made.texts
    shown = folder.absolute() if absolute else folder
    whole = project_file(made, shown, with_apparmor=with_apparmor)
    tell_notes(whole.notes)
    return replace(made, texts={(PROJECT, FILE): whole.text, **others})


def _say_merged(subjects: list[str], name: str) -> None:
    if len(subjects) > 1:
        tell(f"profilegen: merged as {name}: the recordings of {', '.join(subjects)}")


def _print_json(made: Made) -> None:
    from profilegen.render.policy_json import document  # noqa: PLC0415 - seldom asked for

    typer.echo(json_text(document(made.policies, made.merged)), nl=False)


def _out(output: Path, made: Made) -> None:
    from profilegen.profiles import replace  # noqa: PLC0415 - --help must not pay for it

    if output == Path("-"):
        typer.echo("".join(made.texts.values()), nl=False)
    else:
        tell_notes(replace.write(output, made))


def _compare(output: Path, made: Made) -> None:
    """Show what emit would change.

    Raises:
        DriftError: it would change something.
    """
    from profilegen.profiles.compare import differences  # noqa: PLC0415 - seldom asked for

    changed = [one for one in differences(output, made.files) if one.lines]
    for one in changed:
        for line in one.lines:
            typer.echo(line)
    if changed:
        named = listed([printable(str(one.path)) for one in changed], 4)
        raise DriftError(
            f"emit would change {named}", "profilegen emit, with the same arguments, without --check"
        )
    tell(f"profilegen: {printable(str(output))} is what emit would write")


def _summarise(
    made: Made, output: Path | None, request: Request, *, wants_apparmor: bool, written: bool
) -> None:
    """What each subject may do, and what to type next, on stderr."""
    from profilegen.formats.registry import APPARMOR, formats  # noqa: PLC0415 - --help must not pay for it
    from profilegen.render import policy as summary  # noqa: PLC0415
    from profilegen.render.next_command import next_command, next_compose  # noqa: PLC0415

    for each in made.each_subject:
        place = output / each[0].subject if output else Path()
        apparmor = shlex.quote(str(place / formats()[APPARMOR].file)) if wants_apparmor else ""
        typer.echo(summary.render(*each, apparmor=apparmor), err=True, nl=False)
        if output and written and not request.compose:
            typer.echo(f"next: {next_command(place, request.files, each[0])}", err=True)
    if output and written and request.compose:
        typer.echo(f"next: {next_compose(output)}", err=True)


def _too_wide(policies: tuple[Policy, ...]) -> str:
    wide = [policy for policy in policies if policy.wider]
    named = "; ".join(
        f"{policy.subject}: {' '.join(dict.fromkeys(one.name for one in policy.wider))}" for policy in wide
    )
    return f"nothing is written: it would be wider than {wide[0].measure} ({named})"
