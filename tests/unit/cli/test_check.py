"""The contract of ``profilegen check``, called as a function."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from profilegen.capabilities import Capability
from profilegen.cli.check import check
from profilegen.cli.emit import emit
from profilegen.errors import DriftError, ExitCode, IncompleteRecordingError, UsageError
from profilegen.recording import Recording, save
from tests.support.recordings import check as capability_check
from tests.support.recordings import recording

CHOWN = capability_check(capability=Capability.CAP_CHOWN)


@pytest.fixture(autouse=True)
def _on_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


def saved(folder: Path, one: Recording) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{one.subject}.recording.json"
    save(one, path)
    return path


def emitted(tmp_path: Path, one: Recording, **options: Any) -> Path:
    out = tmp_path / "profiles"
    emit([saved(tmp_path / "before", one)], out, **options)
    return out


def texts(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_clean_check_ends_well_and_says_what_it_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profiles = emitted(tmp_path, recording("read"))
    check([saved(tmp_path, recording("read"))], profiles)
    assert capsys.readouterr().out == "check: web: 1 run, amd64\ncheck: nothing\n"


def test_a_new_need_is_drift_and_is_printed_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profiles = emitted(tmp_path, recording("read"))
    with pytest.raises(DriftError) as caught:
        check([saved(tmp_path, recording("read", "sync"))], profiles)
    assert caught.value.exit_code is ExitCode.DRIFT
    assert "sync is refused by the profile" in capsys.readouterr().out


def test_a_folder_of_recordings_and_the_folders_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    emitted(tmp_path, recording("read"))
    saved(tmp_path / "recordings", recording("read"))
    monkeypatch.chdir(tmp_path)
    check()
    assert "check: nothing" in capsys.readouterr().out


def test_update_adds_what_is_missing_as_emit_would_write_it(tmp_path: Path) -> None:
    profiles = emitted(tmp_path, recording("read"))
    more = saved(tmp_path, recording("read", "sync", capabilities=(CHOWN,)))
    check([more], profiles, update="missing")
    check([more], profiles, strict=True)
    emit([more], tmp_path / "emitted")
    for name in ("web/seccomp.json", "web/docker-run.args"):
        assert texts(profiles)[name] == texts(tmp_path / "emitted")[name]


def test_update_adds_the_reasons_of_what_it_adds(tmp_path: Path) -> None:
    profiles = emitted(tmp_path, recording("read"))
    more = saved(tmp_path, recording("read", "sync", capabilities=(CHOWN,)))
    check([more], profiles, update="missing")
    reasons = json.loads((profiles / "web" / "reasons.json").read_text())
    (call,) = [line for line in reasons["profiles"][0]["calls"] if line["name"] == "sync"]
    assert call["reasons"] == [{"why": "observed", "text": "seen by /bin/a, added by check --update"}]
    (capability,) = [line for line in reasons["capabilities"] if line["name"] == "CAP_CHOWN"]
    assert capability["reasons"][0]["text"].endswith("added by check --update")
    emit([more], profiles)
    assert not list(profiles.rglob("*.orig")), "profilegen has written it so"


def test_update_all_makes_everything_again(tmp_path: Path) -> None:
    profiles = emitted(tmp_path, recording("read", "sync"))
    less = saved(tmp_path, recording("read"))
    check([less], profiles, update="all")
    emit([less], tmp_path / "emitted")
    assert texts(profiles) == texts(tmp_path / "emitted")


def test_update_of_a_profile_of_others_changes_nothing_else(tmp_path: Path) -> None:
    profile = {
        "defaultAction": "SCMP_ACT_ERRNO",
        "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": []}],
        "syscalls": [
            {"names": ["read", "write"], "action": "SCMP_ACT_ALLOW", "comment": "ours"},
            {"names": ["sync"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13},
        ],
    }
    path = tmp_path / "seccomp.json"
    path.write_text(json.dumps(profile))
    check([saved(tmp_path, recording("read", "sync", "chdir"))], path, update="missing")
    after = json.loads(path.read_text())
    first = {"names": ["chdir", "read", "sync", "write"], "action": "SCMP_ACT_ALLOW", "comment": "ours"}
    assert after == {**profile, "syscalls": [first]}


def test_in_ci_update_writes_nothing_unless_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles = emitted(tmp_path, recording("read"))
    before, more = texts(profiles), saved(tmp_path, recording("read", "sync"))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(UsageError, match="the variable CI is set"):
        check([more], profiles, update="missing")
    assert texts(profiles) == before
    check([more], profiles, update="missing", even_in_ci=True)
    assert texts(profiles) != before


def test_a_subject_without_profiles_is_drift(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profiles = emitted(tmp_path, recording("read"))
    db = recording("read").model_copy(update={"subject": "db"})
    with pytest.raises(DriftError):
        check([saved(tmp_path, db), saved(tmp_path, recording("read"))], profiles)
    assert "db was recorded, and has no profiles" in capsys.readouterr().out
    check([saved(tmp_path, db), saved(tmp_path, recording("read"))], profiles, subject="web")


def test_an_incomplete_recording_ends_with_5_unless_accepted(tmp_path: Path) -> None:
    profiles = emitted(tmp_path, recording("read"))
    (container,) = recording("read").containers
    late = recording("read", container=container.model_copy(update={"late": True}))
    with pytest.raises(IncompleteRecordingError) as caught:
        check([saved(tmp_path, late)], profiles)
    assert caught.value.exit_code is ExitCode.INCOMPLETE
    check([saved(tmp_path, late)], profiles, allow_incomplete=True)


@pytest.mark.parametrize("options", [{"update": "some"}, {"report_format": "xml"}])
def test_a_word_that_is_none_of_the_choices_is_a_usage_error(tmp_path: Path, options: Any) -> None:
    with pytest.raises(UsageError):
        check([saved(tmp_path, recording("read"))], tmp_path, **options)
