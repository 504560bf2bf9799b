"""``profilegen doctor``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from profilegen.text import json_text, printable

_LONGEST = 200  # characters of what was found


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For a program, on stdout.")] = False,
) -> None:
    """Look at everything that recording needs of this machine; each line is ok or what to type.

    Exits with 0 if all that is needed is there, with 3 if nothing can be traced here, with 4 if only
    the container engine is missing.

      profilegen doctor
    """
    from profilegen import doctor as machine  # noqa: PLC0415 - --help must not pay for it

    checks = machine.examine()
    code = machine.exit_code(checks)
    if as_json:
        rows = [asdict(check) | {"needed": check.needed} for check in checks]
        typer.echo(json_text({"version": 1, "ok": code == 0, "checks": rows}), nl=False)
    else:
        for check in checks:
            state = "ok" if check.ok else "FAIL" if check.needed else "note"
            typer.echo(f"{state:<5} {check.name}: {printable(check.found, _LONGEST)}")
            if not check.ok:
                typer.echo(f"      next: {printable(check.hint)}")
    raise typer.Exit(code)
