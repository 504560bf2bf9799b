"""``profilegen doctor``."""

from __future__ import annotations

from typing import Annotated

import typer

from profilegen.text import json_text, printable

_LONGEST = 200  # characters of what was found


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check whether this machine can record; each line is ok, or says what to type.

    Exits with 3 if nothing can be traced here, with 4 if no container engine answers, else with 0. A
    note is something that recording does without.

      profilegen doctor
    """
    from profilegen.doctor.check import exit_code  # noqa: PLC0415 - --help must not pay for it
    from profilegen.doctor.machine import examine  # noqa: PLC0415

    checks = examine()
    code = exit_code(checks)
    if as_json:
        from profilegen.render.doctor_json import document  # noqa: PLC0415 - seldom asked for

        typer.echo(json_text(document(checks)), nl=False)
    else:
        for check in checks:
            state = "ok" if check.ok else "FAIL" if check.needed else "note"
            typer.echo(f"{state:<5} {check.name}: {printable(check.found, _LONGEST)}")
            if not check.ok:
                typer.echo(f"      next: {printable(check.hint)}")
    raise typer.Exit(code)
