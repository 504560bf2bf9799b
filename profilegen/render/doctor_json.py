"""What ``doctor --json`` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from profilegen.doctor.check import exit_code
from profilegen.errors import ExitCode
from profilegen.render.output import Output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profilegen.doctor.check import Check


class CheckRow(Output):
    """One check, as :class:`profilegen.doctor.check.Check` has it."""

    name: str
    ok: bool
    found: str
    hint: str
    failure: ExitCode
    needed: bool


class Examination(Output):
    """All checks of a machine; ``ok``: it can record."""

    version: Literal[1] = 1
    ok: bool
    checks: tuple[CheckRow, ...]


def document(checks: Sequence[Check]) -> dict[str, Any]:
    """JSON-ready."""
    rows = tuple(CheckRow.of(**asdict(check), needed=check.needed) for check in checks)
    return Examination.of(ok=exit_code(checks) is ExitCode.OK, checks=rows).document()
