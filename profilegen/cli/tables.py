"""``profilegen tables``."""

from __future__ import annotations

from typing import Annotated

import typer

from profilegen.text import json_text


def tables(
    call: Annotated[
        str | None, typer.Argument(metavar="CALL", help="Name or number of a system call.")
    ] = None,
    arch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ARCH",
            help="Only this architecture, by any of its names: amd64, x86_64, SCMP_ARCH_X86... Repeatable.",
        ),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look up system calls: number per architecture, first kernel, and what Docker's default does.

    Without CALL and --arch it lists the architectures, with --arch alone the calls of that one. Works on
    any machine, without root.

      profilegen tables openat

      profilegen tables 257 --arch amd64

      profilegen tables --arch arm64
    """
    from profilegen.abi import Abi  # noqa: PLC0415 - --help must not pay for it
    from profilegen.render import tables as render  # noqa: PLC0415
    from profilegen.tables.lookup import entries_of, entries_on  # noqa: PLC0415

    abis = tuple(dict.fromkeys(map(Abi.of_name, arch))) if arch else tuple(Abi)
    if call is None and not arch:
        text = json_text(render.document_of_architectures(abis)) if as_json else render.architectures(abis)
        typer.echo(text, nl=False)
        return
    if call is None:
        entries = tuple(entry for abi in abis for entry in entries_on(abi))
    else:
        entries = entries_of(call, abis)
    typer.echo(json_text(render.document(entries)) if as_json else render.calls(entries), nl=False)
