"""``profilegen emit``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from profilegen.arch import Abi
from profilegen.errors import UsageError
from profilegen.text import json_text, printable

if TYPE_CHECKING:
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
        typer.Option(metavar="ARCH", help="amd64 or arm64; default: the recorded one."),
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
    *,
    portable: Annotated[
        bool,
        typer.Option(
            "--portable/--exact",
            help="Add what other versions of a libc, musl and Go call instead (the default), or not.",
        ),
    ] = True,
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
    files are replaced.

      profilegen emit recordings/*.recording.json -o profiles

      profilegen emit web.recording.json --format seccomp -o -
    """
    from profilegen import emit as emitters  # noqa: PLC0415 - --help must not pay for it
    from profilegen.emit import folder, summary  # noqa: PLC0415
    from profilegen.policy import Options, derive_each, parse_errno, parse_runtimes  # noqa: PLC0415
    from profilegen.recording import load  # noqa: PLC0415

    known = emitters.formats(with_apparmor=with_apparmor)
    asked = list(dict.fromkeys(formats or known))
    for name in asked:
        if name not in known:
            raise UsageError(f"there is no format {name!r}", f"--format {', '.join(known)}")
    options = Options(
        arch=_arch(arch or []),
        default_errno=parse_errno(default_errno),
        allow_incomplete=allow_incomplete,
        allow_unknown=allow_unknown,
        portable=portable,
        runtimes=parse_runtimes(runtimes or []),
        need_paths=emitters.APPARMOR in asked,
    )
    policies = derive_each((load(path) for path in recordings), options)
    texts = folder.rendered(policies, [known[name] for name in asked])

    if output == Path("-"):
        if len(texts) != 1 or as_json:
            raise UsageError(
                "standard output takes one file: the recordings of one subject, and one format",
                "choose one: --format seccomp",
            )
        typer.echo("".join(texts.values()), nl=False)
    else:
        folder.write(output, texts)
    if as_json:
        typer.echo(
            json_text({"schema_version": 1, "policies": [_document(one) for one in policies]}), nl=False
        )
    for policy in policies:
        typer.echo(summary.render(policy, with_apparmor=options.need_paths), err=True, nl=False)
        if output != Path("-"):
            typer.echo(f"next: {_next(output / policy.subject, asked)}", err=True)


def _document(policy: Policy) -> dict[str, Any]:
    """A policy with its capabilities as each tool spells them."""
    from profilegen.emit.capabilities import listing_of, spellings  # noqa: PLC0415

    return policy.model_dump(mode="json") | {"spellings": dict(spellings(listing_of(policy)))}


def _arch(names: list[str]) -> Abi | None:
    """The native ABI that was asked for, by Docker's name or by its own."""
    native = {name: abi for abi in Abi if abi.native is abi for name in (abi.docker, abi.value)}
    for name in names:
        if name not in native:
            raise UsageError(f"there is no architecture {name!r}", "--arch amd64 or --arch arm64")
    chosen = {native[name] for name in names}
    if len(chosen) > 1:
        raise UsageError(
            "profilegen cannot translate to another architecture yet, so it takes one",
            "leave --arch out: the recorded one is taken",
        )
    return chosen.pop() if chosen else None


def _next(profiles: Path, asked: list[str]) -> str:
    """The command that starts the container under the profiles."""
    words = ["docker run"]
    if "docker-run" in asked:
        words.append(f"$(cat {shlex.quote(str(profiles / 'docker-run.args'))})")
    if "seccomp" in asked:
        words.append(f"--security-opt seccomp={shlex.quote(str(profiles / 'seccomp.json'))}")
    return printable(" ".join([*words, "IMAGE"]))
