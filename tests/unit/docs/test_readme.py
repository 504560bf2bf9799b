"""The exit codes, which scripts rely on, are the same in the code, in --help and in the README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from profilegen import errors
from profilegen.cli import app
from profilegen.errors import ExitCode, ProfilegenError

README = (Path(__file__).parents[3] / "README.md").read_text()
CODES = {
    "UsageError": 2,
    "RecordingUnreadableError": 2,
    "RecordingTooNewError": 2,
    "OutputError": 2,
    "ProfilesUnreadableError": 2,
    "SeccompUnreadableError": 2,
    "CannotTraceError": 3,
    "NotPrivilegedError": 3,
    "LockdownError": 3,
    "NoBtfError": 3,
    "NoBccError": 3,
    "NoCgroup2Error": 3,
    "OwnCgroupError": 3,
    "EngineUnreachableError": 4,
    "UnknownContainerError": 4,
    "NothingRecordedError": 4,
    "ProfilesNotUsedError": 4,
    "IncompleteRecordingError": 5,
    "WiderThanDefaultError": 6,
    "CommandFailsError": 7,
}


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_an_error_keeps_its_exit_code(name: str, code: int) -> None:
    kind = getattr(errors, name)
    assert issubclass(kind, ProfilegenError)
    assert kind.exit_code == code


def test_every_error_says_what_to_type() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    own = [kind for kind in kinds if issubclass(kind, ProfilegenError) and kind.__name__ in CODES]
    assert len(own) == len(CODES)
    assert all(kind("cause").hint for kind in own)


def test_help_and_readme_have_every_exit_code() -> None:
    codes = [str(code.value) for code in ExitCode]
    assert re.findall(r"^  (\d)  ", app._HELP, re.MULTILINE) == codes
    _, _, table = README.partition("## Exit codes")
    assert re.findall(r"^\| (\d) \| ", table.partition("\n## ")[0], re.MULTILINE) == codes


def test_every_command_of_the_readme_exists() -> None:
    named = set(re.findall(r"^(?:\$ )?profilegen (\w+)", README, re.MULTILINE))
    assert named
    assert named <= {command.callback.__name__ for command in app.app.registered_commands if command.callback}
