"""What a command says on stderr."""

from __future__ import annotations

import pytest

from profilegen.cli.stderr import report
from profilegen.errors import CommandFailsError


def test_lines_that_show_the_cause_stay_lines_and_are_safe(capsys: pytest.CaptureFixture[str]) -> None:
    report(CommandFailsError("it fails", "mend it", ("one", "t\x1b[31mwo", "x" * 999)))
    cause, one, two, long, hint = capsys.readouterr().err.splitlines()
    assert (cause, one, two, hint) == ("profilegen: it fails", "  one", "  t\\x1b[31mwo", "  next: mend it")
    assert len(long) < 210


def test_an_error_without_them_has_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    report(CommandFailsError("it fails", "mend it"))
    assert capsys.readouterr().err == "profilegen: it fails\n  next: mend it\n"
