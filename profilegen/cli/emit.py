"""``profilegen emit``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from profilegen.abi import Abi
from profilegen.cli.recordings import files_of
from profilegen.cli.stderr import tell
from profilegen.errors import UsageError, WiderThanDefaultError
from profilegen.subject import chosen_name
from profilegen.text import json_text, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from profilegen.policy.model import Policy
    from profilegen.profiles.folder import Texts
    from profilegen.recording import Recording
    from profilegen.seccomp.reference import Reference


def emit(
    recordings: Annotated[
        list[Path],
        typer.Argument(
            metavar="RECORDING|DIR...", help="Recordings, or folders of recordings (NAME.recording.json)."
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Folder to write SUBJECT/... into; - for standard output."
        ),
    ],
    subject: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Take all RECORDINGs as those of one subject, and call it NAME."),
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="Write only this file: seccomp, docker-run, caps or apparmor. Repeatable.",
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
        str,
        typer.Option(
            metavar="default|strict|none",
            help="Which recorded arguments become conditions, beyond those of Docker's default: "
            "those of sockets (default), all (strict), none.",
        ),
    ] = "default",
    low_ports: Annotated[
        str,
        typer.Option(
            metavar="auto|yes|no",
            help="Whether to keep NET_BIND_SERVICE for ports below 1024 that were bound without it, as "
            "Docker's own networks allow: if the recorded engine needs it (auto), always (yes), never (no).",
        ),
    ] = "auto",
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
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the policies as JSON, with the reason for each line.")
    ] = False,
) -> None:
    """Turn recordings into profiles: DIR/SUBJECT/seccomp.json, docker-run.args, capabilities.txt, apparmor.

    Recordings of one subject are merged; a service that several projects have is several subjects. The
    same recordings give the same bytes; other files in DIR are left alone. For an architecture that was
    not recorded, profilegen substitutes the calls that its libc makes: seccomp.ARCH.json, and
    translation.txt with the reason for each. What Docker's default refuses is left out unless the
    program was seen to need it, and is then reported.

      profilegen emit recordings -o profiles

      profilegen emit web.recording.json --arch amd64 --arch arm64 -o profiles

      profilegen emit web.recording.json --format seccomp -o -
    """
    from profilegen.formats import registry as emitters  # noqa: PLC0415 - --help must not pay for it
    from profilegen.policy import (  # noqa: PLC0415
        Options,
        derive_each,
        parse_args,
        parse_errno,
        parse_low_ports,
        parse_runtimes,
    )
    from profilegen.policy.multi_arch import together  # noqa: PLC0415
    from profilegen.profiles import folder  # noqa: PLC0415
    from profilegen.recording import called, load  # noqa: PLC0415
    from profilegen.render import policy as summary  # noqa: PLC0415
    from profilegen.seccomp.reference import DOCKER  # noqa: PLC0415

    arches = _arches(arch or [])
    if multi_arch and len(arches) < 2:
        raise UsageError("--multi-arch needs at least two --arch", "--arch amd64 --arch arm64 --multi-arch")
    known = emitters.formats(with_apparmor=with_apparmor)
    asked = _chosen(formats, known)
    options = Options(
        default_errno=parse_errno(default_errno),
        allow_incomplete=allow_incomplete,
        allow_unknown=allow_unknown,
        portable=portable,
        runtimes=parse_runtimes(runtimes or []),
        need_paths=emitters.APPARMOR in asked,
        measure=_measure(default_profile) if default_profile else DOCKER,
        args=parse_args(args),
        init=init,
        low_ports=parse_low_ports(low_ports),
    )
    name = chosen_name(subject)
    loaded = [load(path) for path in files_of(recordings)]
    if name:
        _say_merged(sorted({one.subject for one in loaded}), name)
        loaded = called(loaded, name)
    separate = derive_each(loaded, options, arches)
    each_subject = folder.by_subject(separate)
    policies = tuple(together(each, options.measure) for each in each_subject) if multi_arch else separate
    texts = folder.rendered(policies, [known[name] for name in asked])

    if output == Path("-") and (len(texts) != 1 or as_json):
        raise UsageError(
            "standard output takes one file: one subject, one format and one architecture",
            "choose one: --format seccomp",
        )
    if output != Path("-") and emitters.SECCOMP in asked:
        texts |= folder.translations(separate)
    if as_json:
        typer.echo(
            json_text({"schema_version": 1, "policies": [_document(one) for one in policies]}), nl=False
        )
    refused = no_wider and any(policy.wider for policy in policies)
    if not refused:
        _out(output, texts, loaded)
    wants_apparmor = with_apparmor or emitters.APPARMOR in (formats or ())
    for each in folder.by_subject(policies):
        place = Path() if output == Path("-") else output / each[0].subject
        apparmor = shlex.quote(str(place / known[emitters.APPARMOR].file))
        typer.echo(summary.render(*each, apparmor=apparmor if wants_apparmor else ""), err=True, nl=False)
        if output != Path("-") and not refused:
            file = folder.file_of(each[0], known[emitters.SECCOMP]) if emitters.SECCOMP in asked else ""
            typer.echo(f"next: {_next(output / each[0].subject, asked, file, each[0])}", err=True)
    if refused:
        accept = "review what is new, then emit without --no-wider and commit it" if default_profile else ""
        raise WiderThanDefaultError(_too_wide(policies), accept)


def _say_merged(subjects: list[str], name: str) -> None:
    if len(subjects) > 1:
        tell(f"profilegen: merged as {name}: the recordings of {', '.join(subjects)}")


def _chosen(formats: list[str] | None, known: Collection[str]) -> list[str]:
    asked = list(dict.fromkeys(formats or known))
    for name in asked:
        if name not in known:
            raise UsageError(f"--format takes {', '.join(known)}, not {name!r}", "profilegen emit --help")
    return asked


def _measure(path: Path) -> Reference:
    """The chosen measure; what its reader should know goes to stderr."""
    from profilegen.seccomp.flags import ARGUMENTS, capabilities_beside  # noqa: PLC0415
    from profilegen.seccomp.read import load  # noqa: PLC0415
    from profilegen.seccomp.reference import Reference  # noqa: PLC0415

    document, warnings = load(path)
    for warning in warnings:
        tell(f"profilegen: {warning}")
    return Reference.of_document(document, printable(path.name), capabilities_beside(path), ARGUMENTS)


def _out(output: Path, texts: Texts, recordings: Iterable[Recording]) -> None:
    from profilegen.profiles import earlier, evidence, folder  # noqa: PLC0415

    if output == Path("-"):
        typer.echo("".join(texts.values()), nl=False)
    else:
        outdated = evidence.outdated(output, texts)
        notes = [
            *earlier.taken_away(output, texts),
            *earlier.not_renewed(output, texts),
            *earlier.renamed(output, recordings, {subject for subject, _ in texts}),
        ]
        folder.write(output, texts)
        for note in notes:
            tell(f"note: {note}")
        for path in outdated:
            tell(f"note: {evidence.set_aside(path)}")


def _too_wide(policies: tuple[Policy, ...]) -> str:
    wide = [policy for policy in policies if policy.wider]
    named = "; ".join(
        f"{policy.subject}: {' '.join(dict.fromkeys(one.name for one in policy.wider))}" for policy in wide
    )
    return f"nothing is written: it would be wider than {wide[0].measure} ({named})"


def _document(policy: Policy) -> dict[str, Any]:
    """A policy with its capabilities as each tool spells them."""
    from profilegen.formats.capabilities import listing_of, spellings  # noqa: PLC0415

    return policy.model_dump(mode="json") | {"spellings": dict(spellings(listing_of(policy)))}


def _arches(names: list[str]) -> tuple[Abi, ...]:
    """The native ABIs that were asked for, by any of their names."""
    arches = tuple(dict.fromkeys(Abi.of_name(name) for name in names))
    for abi in arches:
        if abi is not abi.native:
            raise UsageError(
                f"there is no separate profile for {abi}: {abi.native.docker}'s covers it",
                f"--arch {abi.native.docker}",
            )
    return arches


def _next(profiles: Path, asked: list[str], seccomp: str, policy: Policy) -> str:
    """The command that starts the container under the profiles; a program outside has systemd's spelling."""
    if not policy.runtimes:
        return printable(
            f"for systemd see {profiles / 'capabilities.txt'}; for a container emit --runtime any"
        )
    words = ["podman run" if policy.engine == "podman" else "docker run"]
    if "docker-run" in asked:
        words.append(f"$(cat {shlex.quote(str(profiles / 'docker-run.args'))})")
    if seccomp:
        words.append(f"--security-opt seccomp={shlex.quote(str(profiles / seccomp))}")
    return printable(" ".join([*words, "IMAGE"]))
