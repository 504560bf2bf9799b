"""The project file: found, read, and refused with its line or key."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.conditions import WHOLE_INT, Condition, Operator
from profilegen.errors import ExitCode, ProjectFileError
from profilegen.policy.options import Args
from profilegen.project.load import Project, load
from profilegen.vocabulary import Access

WHOLE = """\
recordings = "seen"

[subject.web]
image = "registry.example/web"
architectures = ["amd64", "arm64"]
args = "strict"

[[subject.web.allow]]
syscall = "personality"
arguments = [[0, 0xffffffff], [1, 8, 15]]
reason = "a debugger"
expires = 2027-01-31

[[ subject . "web" . deny ]]
syscall = "ptrace"
errno = "EPERM"
reason = "a leak checker in tests"

[[subject.web.allow]]
capability = "chown"
reason = "first start"
expires = "some day"

[[subject.web.allow]]
path = "/etc/passwd"
access = ["read", "write"]
reason = "adduser"
expires = "2027-02-01"
"""


def test_it_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("profilegen.toml").write_text(WHOLE)
    project = load()
    assert (project.file, project.recordings, project.profiles) == (
        "profilegen.toml",
        Path("seen"),
        Path("profiles"),
    )
    web = project.subjects["web"]
    assert (web.image, web.architectures, web.args, web.low_ports) == (
        "registry.example/web",
        (Abi.X86_64, Abi.ARM64),
        Args.STRICT,
        None,
    )
    call, capability, path, denied = project.decisions["web"]
    assert call.arguments == (
        Condition(0, Operator.MASKED_EQUAL, WHOLE_INT, WHOLE_INT),
        Condition(1, Operator.MASKED_EQUAL, 15, 8),
    )
    assert (call.expires, call.line) == (date(2027, 1, 31), 8)
    assert (capability.capability, capability.malformed, capability.line) == (Capability.CAP_CHOWN, True, 19)
    assert (path.access, path.expires) == ((Access.READ, Access.WRITE), date(2027, 2, 1))
    assert (denied.allow, denied.errno, denied.line) == (False, "EPERM", 14)


def test_the_last_day_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("profilegen.toml").write_text(WHOLE)
    decision = load().decisions["web"][0]
    assert [decision.expired(date(2027, month, 1)) for month in (1, 2)] == [False, True]
    assert not decision.expired(date(2027, 1, 31))


def test_pyproject_does_as_well_and_without_either_there_are_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load() == Project()
    Path("pyproject.toml").write_text('[project]\nname = "x"\n')
    assert load() == Project()
    Path("pyproject.toml").write_text('[tool.profilegen]\nprofiles = "p"\n')
    assert load().profiles == Path("p")
    Path("profilegen.toml").write_text('profiles = "q"\n')
    assert load().profiles == Path("q")


def test_the_nearest_folder_above_counts_within_the_repository_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "profilegen.toml").write_text('profiles = "p"\n')
    below = tmp_path / "repository" / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert load() == Project()
    (tmp_path / "repository" / ".git").mkdir()
    assert load() == Project()
    (tmp_path / ".git").mkdir()
    (tmp_path / "repository" / ".git").rmdir()
    assert load().profiles == tmp_path / "p"


ENTRY = '[[subject.web.allow]]\nreason = "r"\n'


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("a = \n", "profilegen.toml is not TOML: Invalid value (at line 1, column 5)"),
        ("a = 1\n", "profilegen.toml: a: Extra inputs are not permitted"),
        ("recordings = 3\n", "profilegen.toml: recordings: Input should be a valid string"),
        ('recordings = "a\\u0000"\n', "profilegen.toml: recordings is not the name of a folder"),
        ('[subject.".."]\n', "profilegen.toml: subject....[key]: a subject has letters"),
        ('[subject.web]\nargs = "all"\n', "profilegen.toml: subject.web.args: Input should be 'none', "),
        ('[subject.web]\nruntimes = ["rnc"]\n', "subject.web.runtimes: nothing is known about"),
        ('[subject.web]\narchitectures = ["i386"]\n', "architectures.0: there is no separate"),
        ('[subject.web]\narchitectures = ["vax"]\n', "architectures.0: "),
        (ENTRY, "subject.web.allow.0: give exactly one of syscall"),
        (ENTRY + 'syscall = "a"\n', "allow.0.syscall: there is no such system call"),
        (ENTRY + 'capability = "CAP_A"\n', "allow.0.capability: there is no such capability"),
        (ENTRY + 'socket = "AF_A"\n', "allow.0.socket: there is no such address family"),
        (ENTRY + 'syscall = "sync"\nerrno = "EPERM"\n', "subject.web: errno belongs to a deny"),
        (ENTRY + 'path = "a"\naccess = ["read"]\n', "allow.0.path: a path begins with /"),
        (ENTRY + 'path = "/a"\n', 'allow.0: access = ["read"]'),
        (
            ENTRY + 'syscall = "sync"\narguments = [[6, 1]]\n',
            "arguments.0: a call has arguments 0",
        ),
        (
            ENTRY + 'syscall = "sync"\narguments = [[0, 2, 1]]\n',
            "arguments.0: no argument under",
        ),
        (ENTRY + 'syscall = "sync"\narguments = [[0, true]]\n', "arguments.0: an argument is"),
        (ENTRY + 'syscall = "sync"\narguments = [[0, 1], [0, 2]]\n', "allow.0: each argument"),
        (ENTRY + 'syscall = "sync"\nexpires = 2027\n', "allow.0.expires: a day, such as"),
        (
            '[[subject.web.deny]]\nsyscall = "sync"\nreason = " "\n',
            "deny.0.reason: String should have at least",
        ),
        ('[[subject.web.deny]]\nsyscall = "sync"\n', "deny.0.reason: Field required"),
    ],
)
def test_an_error_names_the_line_or_the_key(
    text: str, cause: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("profilegen.toml").write_text(text)
    with pytest.raises(ProjectFileError, match=re.escape(cause)) as caught:
        load()
    assert caught.value.exit_code is ExitCode.USAGE


def test_what_is_no_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for content, cause in (
        (b"a = 1\n\xff", "line 2: it is not UTF-8"),
        (b"#" * 1_100_000, "is larger than 1 MiB"),
        (b"a = " + b"[" * 100_000, "is nested too deep"),
    ):
        Path("profilegen.toml").write_bytes(content)
        with pytest.raises(ProjectFileError, match=cause):
            load()
