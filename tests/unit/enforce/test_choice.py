"""Whose profiles minimize works on."""

from __future__ import annotations

from pathlib import Path

import pytest

from profilegen.enforce.choice import subject_folder
from profilegen.errors import ProfilegenError, ProfilesUnreadableError, UsageError


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    for name in ("db", "web"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "docker-run.args").write_text("--cap-drop=ALL\n")
    (tmp_path / "empty").mkdir()
    return tmp_path


def refused(profiles: Path, subject: str | None, kind: type[ProfilegenError]) -> tuple[str, str]:
    with pytest.raises(kind) as caught:
        subject_folder(profiles, subject)
    assert caught.value.exit_code == 2
    return caught.value.cause, caught.value.hint


def test_one_of_several_is_chosen_by_name(profiles: Path) -> None:
    assert subject_folder(profiles, "web") == profiles / "web"
    cause, hint = refused(profiles, None, UsageError)
    assert cause.endswith("has profiles of db, web")
    assert hint == "--subject db"


def test_the_only_one_needs_no_name(profiles: Path) -> None:
    (profiles / "web" / "docker-run.args").unlink()
    assert subject_folder(profiles) == profiles / "db"


def test_an_unknown_one_is_answered_with_those_there(profiles: Path) -> None:
    cause, hint = refused(profiles, "wbe", UsageError)
    assert "has no profiles of wbe; it has those of db, web" in cause
    assert hint == "--subject db"


@pytest.mark.parametrize("subject", [None, "web"])
def test_a_subjects_own_folder_is_taken(
    profiles: Path, subject: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert subject_folder(profiles / "web", subject) == profiles / "web"
    monkeypatch.chdir(profiles / "web")
    assert subject_folder(Path(), subject).name == "web"
    cause, _ = refused(profiles / "web", "db", UsageError)
    assert "has no profiles of db" in cause


def test_a_folder_that_does_not_exist_is_named(profiles: Path) -> None:
    cause, hint = refused(profiles / "nothere", None, ProfilesUnreadableError)
    assert cause.endswith("nothere does not exist")
    assert hint.startswith("profilegen emit RECORDING... -o ")
    cause, _ = refused(profiles / "web" / "docker-run.args", None, ProfilesUnreadableError)
    assert cause.endswith("is not a folder")


def test_a_folder_without_profiles_says_so(profiles: Path) -> None:
    cause, _ = refused(profiles / "empty", "web", ProfilesUnreadableError)
    assert "has no profiles" in cause
