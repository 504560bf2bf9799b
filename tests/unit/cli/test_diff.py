"""The contract of ``profilegen diff``, called as a function."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from profilegen.cli.diff import diff
from profilegen.cli.emit import emit
from profilegen.errors import DriftError, ExitCode, InputError, UsageError
from profilegen.recording import Recording, save
from tests.support.recordings import recording


def saved(folder: Path, one: Recording) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{one.subject}.recording.json"
    save(one, path)
    return path


def emitted(folder: Path, *names: str) -> str:
    emit([saved(folder.with_suffix(".recordings"), recording(*names))], folder)
    return str(folder)


def git(*arguments: str) -> None:
    identity = {
        "GIT_AUTHOR_NAME": "x",
        "GIT_AUTHOR_EMAIL": "x",
        "GIT_COMMITTER_NAME": "x",
        "GIT_COMMITTER_EMAIL": "x",
    }
    subprocess.run(["git", *arguments], check=True, env={**os.environ, **identity}, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with committed profiles, and the profiles changed since."""
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet")
    emitted(tmp_path / "profiles", "read")
    git("add", "profiles")
    git("commit", "--quiet", "-m", "profiles: read")
    emitted(tmp_path / "profiles", "read", "sync")
    return tmp_path


def test_the_same_twice_is_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = emitted(tmp_path / "profiles", "read")
    diff(place, place)
    assert capsys.readouterr().out == "diff: web: amd64\ndiff: nothing\n"


def test_what_became_possible_ends_with_6_and_what_did_not_with_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = emitted(tmp_path / "one", "read"), emitted(tmp_path / "two", "read", "sync")
    with pytest.raises(DriftError) as caught:
        diff(one, two, report_format="json")
    assert caught.value.exit_code is ExitCode.DRIFT
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["rule"], finding["name"]) == ("wider", "sync")
    diff(two, one)
    assert "sync is no longer allowed" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["profiles", "profiles/web", "profiles/web/seccomp.json"])
def test_a_revision_of_git_is_read_without_touching_the_files(
    repository: Path, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DriftError):
        diff(f"HEAD:{path}", path)
    assert "sync is allowed" in capsys.readouterr().out
    diff(f"HEAD:{path}", f"HEAD:{path}")
    assert "diff: nothing" in capsys.readouterr().out
    assert (repository / "profiles/web/seccomp.json").exists()


@pytest.mark.parametrize(
    ("old", "cause"),
    [
        ("HEAD:nowhere", "does not exist"),
        ("nix:profiles", "is not a revision"),
        ("--upload-pack=x:profiles", "is not a revision"),
        ("HEAD:../outside", "does not exist"),
    ],
)
def test_what_git_does_not_have_is_an_error(repository: Path, old: str, cause: str) -> None:
    with pytest.raises(InputError, match=cause) as caught:
        diff(old, str(repository / "profiles"))
    assert caught.value.exit_code is ExitCode.USAGE


def test_dev_null_is_a_file_that_one_side_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = emitted(tmp_path / "profiles", "read")
    diff("/dev/null", place)
    assert "web has profiles now" in capsys.readouterr().out
    with pytest.raises(DriftError):
        diff(place, "/dev/null")


def test_recordings_are_compared_with_recordings_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = saved(tmp_path / "one", recording("read"))
    two = saved(tmp_path / "two", recording("read", "sync"))
    with pytest.raises(DriftError):
        diff(str(one), str(two.parent))
    assert "sync is newly seen by /bin/a" in capsys.readouterr().out
    with pytest.raises(InputError, match="one of them is a recording"):
        diff(str(one), emitted(tmp_path / "profiles", "read"))


def test_a_word_that_is_none_of_the_choices_is_a_usage_error(tmp_path: Path) -> None:
    place = emitted(tmp_path / "profiles", "read")
    with pytest.raises(UsageError):
        diff(place, place, report_format="xml")
    with pytest.raises(UsageError):
        diff(place, place, arch=["amd65"])


def test_the_recipe_for_git_difftool_works(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    git("config", "difftool.profilegen.cmd", 'profilegen diff "$LOCAL" "$REMOTE" >>difference || true')
    git("difftool", "--no-prompt", "--tool=profilegen", "--", "profiles/web/seccomp.json")
    assert "sync is allowed" in (repository / "difference").read_text()
