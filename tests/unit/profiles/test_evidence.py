"""Evidence of minimize in a folder that emit writes into again."""

from __future__ import annotations

from pathlib import Path

import pytest

from profilegen.profiles.evidence import outdated, set_aside

ARGUMENTS, SECCOMP = ("web", "docker-run.args"), ("web", "seccomp.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "web").mkdir()
    for name, text in (("docker-run.args", "a\n"), ("seccomp.json", "b\n"), ("minimized.json", "{}\n")):
        (tmp_path / "web" / name).write_text(text)
    return tmp_path


def test_profiles_that_change_make_it_untrue(folder: Path) -> None:
    (path,) = outdated(folder, {ARGUMENTS: "a\n", SECCOMP: "wider\n"})
    said = set_aside(path)
    assert said == f"{path} is about the profiles that were replaced: kept as minimized.json.orig"
    assert not path.exists()
    assert (folder / "web" / "minimized.json.orig").read_text() == "{}\n"


def test_a_profile_that_is_not_there_is_one_that_changes(folder: Path) -> None:
    (folder / "web" / "seccomp.json").unlink()
    assert outdated(folder, {SECCOMP: "b\n"})


def test_the_same_bytes_leave_it_true(folder: Path) -> None:
    assert not outdated(folder, {ARGUMENTS: "a\n", SECCOMP: "b\n"})


def test_other_files_and_other_subjects_have_nothing_to_do_with_it(folder: Path) -> None:
    assert not outdated(folder, {("web", "apparmor"): "new\n", ("db", "seccomp.json"): "new\n"})


def test_without_evidence_there_is_nothing_to_set_aside(folder: Path) -> None:
    (folder / "web" / "minimized.json").unlink()
    assert not outdated(folder, {SECCOMP: "wider\n"})


def test_what_is_shown_is_safe_for_a_terminal(folder: Path) -> None:
    hostile = folder / "we\x1bb"
    (folder / "web").rename(hostile)
    assert "\x1b" not in set_aside(hostile / "minimized.json")
