"""Every usage error, typer's too, is a cause, the command's help, and exit code 2."""

from __future__ import annotations

import sys

import pytest

from profilegen.cli.app import main


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["profilegen", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    shown = capsys.readouterr()
    assert not shown.out
    assert isinstance(caught.value.code, int)
    return caught.value.code, shown.err


@pytest.mark.parametrize(
    ("arguments", "cause", "command"),
    [
        (["emti"], "there is no command 'emti'; close are: emit", ""),
        (["xyzzy"], "there is no command 'xyzzy'", ""),
        (["a\x1b[2J"], r"there is no command 'a\x1b[2J'", ""),
        (["--foo"], "there is no option --foo", ""),
        (["--"], "missing command", ""),
        (["emit", "x", "-o"], "option '-o' requires an argument", "emit"),
        (
            ["emit", "x", "-o", "y", "--no-wide"],
            "there is no option --no-wide; close are: --no-wider",
            "emit",
        ),
        (["emit", "x", "-o", "y", "--no-wider=3"], "option '--no-wider' does not take a value", "emit"),
        (["show"], "show takes RECORDING|DIR or --profile DIR", "show"),
        (["show", "a", "b"], "got unexpected extra arguments (b)", "show"),
        (["record", "--contaner", "x"], "there is no option --contaner; close are: --container", "record"),
        (["minimize", "--profiles", "x"], "-- COMMAND is missing", "minimize"),
        (["doctor", "--jsno"], "there is no option --jsno; close are: --json", "doctor"),
        (["tables", "a", "b"], "got unexpected extra arguments (b)", "tables"),
    ],
)
def test_the_cause_then_the_help_of_the_command(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    cause: str,
    command: str,
) -> None:
    help_text = " ".join(["profilegen", *([command] if command else []), "--help"])
    assert run(monkeypatch, capsys, *arguments) == (2, f"profilegen: {cause}\n  next: {help_text}\n")


@pytest.mark.parametrize("number", ["0", "-1", "many", "1.5", ""])
def test_a_bad_value_names_its_option(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: str
) -> None:
    arguments = ("minimize", "--profiles", "x", "--repeat", number, "--", "true")
    status, text = run(monkeypatch, capsys, *arguments)
    cause, after = text.splitlines()
    assert status == 2
    assert cause.startswith("profilegen: --repeat: ")
    assert after == "  next: profilegen minimize --help"


def test_ctrl_c_ends_with_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("profilegen.tables.lookup.entries_of", interrupted)
    assert run(monkeypatch, capsys, "tables", "openat") == (130, "")


def test_without_arguments_there_is_help_and_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["profilegen"])
    with pytest.raises(SystemExit) as caught:
        main()
    shown = capsys.readouterr()
    assert caught.value.code == 2
    assert "Commands:" in shown.out + shown.err
    assert "next:" not in shown.out + shown.err
