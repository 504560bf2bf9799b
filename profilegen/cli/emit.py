"""``profilegen emit``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from profilegen.arch import Abi
from profilegen.errors import UsageError, WiderThanDefaultError
from profilegen.text import json_text, printable

if TYPE_CHECKING:
    from collections.abc import Collection

    from profilegen.emit.folder import Texts
    from profilegen.policy.default import Measure
    from profilegen.policy.model import Policy


def emit(
    recordings: Annotated[
        list[Path], typer.Argument(metavar="RECORDING...", help="Files that profilegen record has written.")
    ],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="DIR", help="Folder of the profiles, - for standard output."),
    ],
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format", metavar="FORMAT", help="seccomp, docker-run, caps or apparmor; default: all."
        ),
    ] = None,
    arch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ARCH", help="amd64, arm64, riscv64...; again for another. Default: the recorded one."
        ),
    ] = None,
    default_errno: Annotated[
        str,
        typer.Option(
            metavar="ERRNO", help="Answer to calls that nothing is known about: EPERM, ENOSYS, 1..."
        ),
    ] = "ENOSYS",
    runtimes: Annotated[
        list[str] | None,
        typer.Option(
            "--runtime",
            metavar="RUNTIME",
            help="Container runtime that starts it: runc, crun, youki or any; default: the recorded one.",
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
            help="Conditions beside those of Docker's default: on sockets, on all that is recorded, or none.",
        ),
    ] = "default",
    *,
    portable: Annotated[
        bool,
        typer.Option(
            "--portable/--exact",
            help="Add what other versions of a libc, musl and Go call instead (the default), or not.",
        ),
    ] = True,
    multi_arch: Annotated[
        bool, typer.Option("--multi-arch", help="One seccomp.json for all architectures asked for.")
    ] = False,
    no_wider: Annotated[
        bool,
        typer.Option("--no-wider", help="Write nothing, and end with 6, if that cannot be."),
    ] = False,
    allow_incomplete: Annotated[
        bool, typer.Option("--allow-incomplete", help="Accept gaps in the recording.")
    ] = False,
    allow_unknown: Annotated[
        bool, typer.Option("--allow-unknown", help="Accept executed calls that have no name.")
    ] = False,
    with_apparmor: Annotated[
        bool, typer.Option("--with-apparmor", help="Name the AppArmor profile in docker-run.args.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the policies with all reasons.")] = False,
) -> None:
    """Turn recordings into profiles: DIR/SUBJECT/seccomp.json, docker-run.args, capabilities.txt, apparmor.

    Recordings of one subject are merged. The same recordings give the same bytes, and only these
    files are replaced. For an architecture that was not recorded the calls are those that its libc makes
    instead: seccomp.ARCH.json, and translation.txt with the reason of each. What is wider
    than Docker's default is left out unless the program was seen to need it, and then it is named.

      profilegen emit recordings/*.recording.json -o profiles

      profilegen emit web.recording.json --arch amd64 --arch arm64 -o profiles

      profilegen emit web.recording.json --format seccomp -o -
    """
    from profilegen import emit as emitters  # noqa: PLC0415 - --help must not pay for it
    from profilegen.emit import folder, summary  # noqa: PLC0415
    from profilegen.policy import (  # noqa: PLC0415
        Options,
        derive_each,
        parse_args,
        parse_errno,
        parse_runtimes,
    )
    from profilegen.policy.default import DOCKER  # noqa: PLC0415
    from profilegen.policy.together import together  # noqa: PLC0415
    from profilegen.recording import load  # noqa: PLC0415

    arches = _arches(arch or [])
    if multi_arch and len(arches) < 2:
        raise UsageError("--multi-arch needs at least two --arch", "--arch amd64 --arch arm64")
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
    )
    separate = derive_each((load(path) for path in recordings), options, arches)
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
        _out(output, texts)
    for each in folder.by_subject(policies):
        typer.echo(summary.render(*each, with_apparmor=options.need_paths), err=True, nl=False)
        if output != Path("-") and not refused:
            file = folder.file_of(each[0], known[emitters.SECCOMP]) if emitters.SECCOMP in asked else ""
            typer.echo(f"next: {_next(output / each[0].subject, asked, file)}", err=True)
    if refused:
        accept = "review what is new, then emit without --no-wider and commit it" if default_profile else ""
        raise WiderThanDefaultError(_too_wide(policies), accept)


def _chosen(formats: list[str] | None, known: Collection[str]) -> list[str]:
    asked = list(dict.fromkeys(formats or known))
    for name in asked:
        if name not in known:
            raise UsageError(f"--format takes {', '.join(known)}, not {name!r}", "profilegen emit --help")
    return asked


def _measure(path: Path) -> Measure:
    """The chosen measure; what its reader should know goes to stderr."""
    from profilegen.cli.tell import tell  # noqa: PLC0415
    from profilegen.policy.default import Measure  # noqa: PLC0415
    from profilegen.profile.flags import ARGUMENTS, capabilities_beside  # noqa: PLC0415
    from profilegen.profile.load import load  # noqa: PLC0415

    document, warnings = load(path)
    for warning in warnings:
        tell(f"profilegen: {warning}")
    return Measure.of_document(document, printable(path.name), capabilities_beside(path), ARGUMENTS)


def _out(output: Path, texts: Texts) -> None:
    from profilegen.emit import folder  # noqa: PLC0415

    if output == Path("-"):
        typer.echo("".join(texts.values()), nl=False)
    else:
        folder.write(output, texts)


def _too_wide(policies: tuple[Policy, ...]) -> str:
    wide = [policy for policy in policies if policy.wider]
    named = "; ".join(
        f"{policy.subject}: {' '.join(dict.fromkeys(one.name for one in policy.wider))}" for policy in wide
    )
    return f"nothing is written: it would be wider than {wide[0].measure} ({named})"


def _document(policy: Policy) -> dict[str, Any]:
    """A policy with its capabilities as each tool spells them."""
    from profilegen.emit.capabilities import listing_of, spellings  # noqa: PLC0415

    return policy.model_dump(mode="json") | {"spellings": dict(spellings(listing_of(policy)))}


def _arches(names: list[str]) -> tuple[Abi, ...]:
    """The native ABIs that were asked for, by any of their names."""
    arches = tuple(dict.fromkeys(Abi.of_name(name) for name in names))
    for abi in arches:
        if abi is not abi.native:
            raise UsageError(
                f"there is no separate profile for {abi}: that of {abi.native.docker} covers it",
                f"--arch {abi.native.docker}",
            )
    return arches


def _next(profiles: Path, asked: list[str], seccomp: str) -> str:
    """The command that starts the container under the profiles."""
    words = ["docker run"]
    if "docker-run" in asked:
        words.append(f"$(cat {shlex.quote(str(profiles / 'docker-run.args'))})")
    if seccomp:
        words.append(f"--security-opt seccomp={shlex.quote(str(profiles / seccomp))}")
    return printable(" ".join([*words, "IMAGE"]))
