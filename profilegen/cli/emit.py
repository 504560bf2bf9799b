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
    from profilegen.emit.folder import Texts
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
    default_profile: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Seccomp profile to be no wider than, in place of Docker's default."
        ),
    ] = None,
    *,
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
    files are replaced. What is wider than Docker's default is left out unless the program was seen to
    need it, and then it is named.

      profilegen emit recordings/*.recording.json -o profiles

      profilegen emit web.recording.json --format seccomp -o -
    """
    from profilegen import emit as emitters  # noqa: PLC0415 - --help must not pay for it
    from profilegen.emit import folder, summary  # noqa: PLC0415
    from profilegen.policy import Options, derive_each, parse_errno  # noqa: PLC0415
    from profilegen.policy.default import DOCKER, Measure  # noqa: PLC0415
    from profilegen.profile.load import load as load_profile  # noqa: PLC0415
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
        need_paths=emitters.APPARMOR in asked,
        measure=Measure.of_document(load_profile(default_profile), printable(default_profile.name))
        if default_profile
        else DOCKER,
    )
    policies = derive_each((load(path) for path in recordings), options)
    texts = folder.rendered(policies, [known[name] for name in asked])

    if output == Path("-") and (len(texts) != 1 or as_json):
        raise UsageError(
            "standard output takes one file: the recordings of one subject, and one format",
            "choose one: --format seccomp",
        )
    if as_json:
        typer.echo(
            json_text({"schema_version": 1, "policies": [_document(one) for one in policies]}), nl=False
        )
    refused = no_wider and any(policy.wider for policy in policies)
    if not refused:
        _out(output, texts)
    for policy in policies:
        typer.echo(summary.render(policy, with_apparmor=options.need_paths), err=True, nl=False)
        if output != Path("-") and not refused:
            typer.echo(f"next: {_next(output / policy.subject, asked)}", err=True)
    if refused:
        raise WiderThanDefaultError(_too_wide(policies))


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
