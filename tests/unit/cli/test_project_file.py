"""Decisions by hand through ``emit`` and ``check``, as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from profilegen.capabilities import Capability
from profilegen.cli.check import check
from profilegen.cli.emit import emit
from profilegen.errors import DriftError, UsageError, WiderThanDefaultError
from profilegen.recording import Recording, save
from tests.support.oci import ALLOWED, evaluate
from tests.support.recordings import arguments, recording
from tests.support.recordings import check as capability_check


@pytest.fixture(autouse=True)
def _in_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)


def recorded(one: Recording) -> None:
    Path("recordings").mkdir(exist_ok=True)
    save(one, Path("recordings/web.recording.json"))


def decided(kind: str, **entry: Any) -> None:
    """Write a project file with one entry."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in {"reason": "because", **entry}.items()]
    Path("profilegen.toml").write_text("\n".join([f"[[subject.web.{kind}]]", *lines, ""]))


def answers() -> dict[str, list[dict[str, Any]]]:
    """The entries of the committed profile by name."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in json.loads(Path("profiles/web/seccomp.json").read_text())["syscalls"]:
        for name in one["names"]:
            found.setdefault(name, []).append(one)
    return found


def allows(name: str, *arguments: int) -> bool:
    """Whether the committed profile lets a call through."""
    profile = json.loads(Path("profiles/web/seccomp.json").read_text())
    return evaluate(profile, "SCMP_ARCH_X86_64", name, arguments) == ALLOWED


def test_what_is_allowed_by_hand_survives_ten_emits_and_the_check_is_clean() -> None:
    recorded(recording("read"))
    decided("allow", syscall="mlockall")
    texts = set()
    for _ in range(10):
        emit()
        texts.add(Path("profiles/web/seccomp.json").read_text())
    assert len(texts) == 1
    assert "mlockall" in answers()
    check(strict=True)


def test_with_arguments_it_is_allowed_with_them_alone() -> None:
    recorded(recording("read"))
    decided("allow", syscall="mlockall", arguments=[[0, 4, 6]])
    emit()
    assert [allows("mlockall", flags) for flags in (0, 2, 4, 5, 6, 12)] == [
        False,
        False,
        True,
        True,
        False,
        True,
    ]


def test_a_family_of_sockets_is_added_to_those_that_were_seen() -> None:
    recorded(recording("socket", arguments=(arguments("socket", 2, 1, 0),)))
    decided("allow", socket="AF_ALG")
    emit()
    assert [allows("socket", family, 5, 0) for family in (2, 38, 40, 2**32 + 38)] == [True, True, False, True]
    assert "network alg,  # by hand: because" in Path("profiles/web/apparmor").read_text()


def test_a_capability_and_a_path_by_hand_have_their_reason() -> None:
    recorded(recording("read"))
    decided("allow", capability="CHOWN")
    emit()
    assert "--cap-add=CHOWN" in Path("profiles/web/docker-run.args").read_text()
    assert "by hand: because" in Path("profiles/web/capabilities.txt").read_text()
    decided("allow", path="/srv/a", access=["write"])
    emit()
    assert '"/srv/a" wk,  # by hand: because' in Path("profiles/web/apparmor").read_text()


def test_what_is_wider_by_hand_is_named_and_no_wider_refuses_it(capsys: pytest.CaptureFixture[str]) -> None:
    recorded(recording("read"))
    decided("allow", syscall="mount")
    emit()
    assert "mount, by hand: because; Docker's default refuses it" in capsys.readouterr().err
    with pytest.raises(WiderThanDefaultError):
        emit(no_wider=True)


def test_a_denial_beats_what_was_seen_and_turns_the_check_red(capsys: pytest.CaptureFixture[str]) -> None:
    recorded(recording("read", "sync"))
    emit()
    decided("deny", syscall="sync", errno="EACCES")
    with pytest.raises(DriftError):
        check()
    assert "sync was seen, and is denied by hand (because): emit again" in capsys.readouterr().out
    emit()
    (entry,) = answers()["sync"]
    assert (entry["action"], entry["errnoRet"]) == ("SCMP_ACT_ERRNO", 13)
    with pytest.raises(DriftError):
        check()
    assert "sync was seen and is denied by hand (because)" in capsys.readouterr().out


def test_a_denied_capability_is_not_added_nor_called_wider(capsys: pytest.CaptureFixture[str]) -> None:
    recorded(recording("read", capabilities=(capability_check(capability=Capability.CAP_SYS_ADMIN),)))
    decided("deny", capability="SYS_ADMIN")
    emit()
    assert "cap-add" not in Path("profiles/web/docker-run.args").read_text()
    assert "WIDER" not in capsys.readouterr().err


def test_denied_arguments_leave_the_others() -> None:
    seen = (arguments("socket", 2, 1, 0), arguments("socket", 38, 5, 0))
    recorded(recording("socket", arguments=seen))
    decided("deny", socket="AF_ALG")
    emit()
    assert [allows("socket", family, 1, 0) for family in (2, 38, 40)] == [True, False, False]


def test_a_denied_family_holds_where_any_was_allowed() -> None:
    recorded(recording("socket"))
    decided("deny", socket="AF_ALG")
    emit(args="none")
    assert [allows("socket", family, 1, 0) for family in (1, 2, 10, 38, 40)] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert not allows("socket", 2**32 + 38, 1, 0)


def test_arguments_that_cannot_be_taken_out_are_an_error() -> None:
    recorded(recording("fcntl"))
    decided("deny", syscall="fcntl", arguments=[[1, 5]])
    with pytest.raises(UsageError, match="no seccomp profile can refuse fcntl with argument 1 = 5"):
        emit()
    assert not Path("profiles").exists()


@pytest.mark.parametrize("expires", ["2020-01-01", "soon"])
def test_an_expired_entry_is_emitted_and_turns_the_check_red(
    expires: str, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(recording("read"))
    decided("allow", syscall="mlockall", expires=expires)
    emit()
    assert "mlockall" in answers()
    with pytest.raises(DriftError):
        check()
    assert "expired" in capsys.readouterr().out


def test_unused_entries_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    recorded(recording("read"))
    decided("allow", syscall="read")
    emit()
    assert "the project file allows read by hand, and a recording has it too" in capsys.readouterr().err
    check()
    assert "allow read changes nothing: a recording has it" in capsys.readouterr().out
    decided("deny", syscall="ptrace")
    check()
    assert "deny ptrace changes nothing: no recording has it" in capsys.readouterr().out


def test_the_settings_of_a_subject_hold_and_the_command_line_wins() -> None:
    recorded(recording("read"))
    Path("profilegen.toml").write_text(
        'profiles = "p"\n[subject.web]\narchitectures = ["amd64", "arm64"]\nimage = "other"\n'
    )
    emit()
    assert Path("p/web/seccomp.arm64.json").exists()
    emit(output=Path("q"), arch=["amd64"])
    assert not Path("q/web/seccomp.arm64.json").exists()


def test_another_image_than_the_one_that_is_named_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    container = (
        recording().containers[0].model_copy(update={"image": "r/web:2", "image_id": "sha256:" + "a" * 64})
    )
    recorded(recording("read", container=container))
    for name, said in (("r/web", False), ("r/web:*", False), ("r/web:1", True), ("other", True)):
        Path("profilegen.toml").write_text(f'[subject.web]\nimage = "{name}"\n')
        emit()
        assert ("the project file says that this is" in capsys.readouterr().err) is said


def test_emit_can_compare_instead_of_write(capsys: pytest.CaptureFixture[str]) -> None:
    recorded(recording("read"))
    with pytest.raises(DriftError):
        emit(check=True)
    assert not Path("profiles").exists()
    emit()
    emit(check=True)
    capsys.readouterr()
    recorded(recording("read", "sync"))
    before = Path("profiles/web/seccomp.json").read_text()
    with pytest.raises(DriftError, match=r"emit would change .*profiles/web/seccomp\.json"):
        emit(check=True)
    assert '+        "sync",' in capsys.readouterr().out.splitlines()
    assert Path("profiles/web/seccomp.json").read_text() == before


def test_a_section_that_no_recording_belongs_to_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    recorded(recording("read"))
    Path("profilegen.toml").write_text('[subject.web]\n[subject.wbe]\nargs = "strict"\n')
    for command in (emit, check):
        command()
        said = capsys.readouterr().err
        assert "profilegen.toml has a section subject.wbe, and no recording is of wbe" in said
        assert "subject.web," not in said
    emit([Path("recordings")])
    assert "subject.wbe" not in capsys.readouterr().err, "who names recordings may mean some of them"
