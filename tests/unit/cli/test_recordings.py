"""A folder on the command line stands for the recordings in it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from profilegen.cli.emit import emit
from profilegen.cli.recordings import files_of
from profilegen.cli.show import show
from profilegen.errors import ExitCode, RecordingUnreadableError
from profilegen.recording import save
from tests.support.recordings import recording


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for subject in ("web", "db"):
        one = recording("read", "keyctl").model_copy(update={"subject": subject})
        save(one, tmp_path / f"{subject}.recording.json")
    return tmp_path


def test_it_stands_for_its_recordings_sorted_and_for_nothing_else(folder: Path) -> None:
    (folder / "below").mkdir()
    save(recording("read"), folder / "below" / "x.recording.json")
    (folder / "notes.json").write_text("{}")
    (folder / "folder.recording.json").mkdir()
    os.mkfifo(folder / "pipe.recording.json")  # would be waited for
    there = (folder / "db.recording.json", folder / "web.recording.json")
    assert files_of([folder]) == there
    assert files_of([there[1], folder]) == (there[1], *there)


def test_a_file_stays_as_it_is(tmp_path: Path) -> None:
    odd = [tmp_path / "missing", tmp_path / ("x" * 300), Path("/dev/null"), tmp_path / "nul\0"]
    assert files_of(odd) == tuple(odd)


def test_emit_takes_it(folder: Path) -> None:
    emit([folder], folder / "profiles", formats=["caps"])
    assert {path.parent.name for path in folder.glob("profiles/*/*")} == {"web", "db"}


def test_show_shows_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show(folder)
    text = capsys.readouterr().out
    assert text.startswith("db: 1 run\n")
    assert "\n\nweb: 1 run\n" in text
    show(folder, risk=True)
    assert [line for line in capsys.readouterr().out.splitlines() if "dangerous" in line] == [
        "db: 1 dangerous call",
        "web: 1 dangerous call",
    ]


def shown(capsys: pytest.CaptureFixture[str], path: Path, *, risk: bool = False) -> Any:
    show(path, as_json=True, risk=risk)
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("risk", [False, True])
def test_json_of_a_folder_has_the_documents_of_its_files(
    folder: Path, capsys: pytest.CaptureFixture[str], risk: bool
) -> None:
    each = [shown(capsys, folder / f"{name}.recording.json", risk=risk) for name in ("db", "web")]
    assert [one["subject"] for one in each] == ["db", "web"]
    assert shown(capsys, folder, risk=risk) == {"version": 1, "recordings": each}


def cause_and_hint(path: Path) -> tuple[str, str]:
    with pytest.raises(RecordingUnreadableError) as caught:
        files_of([path])
    assert caught.value.exit_code is ExitCode.USAGE
    return caught.value.cause.removeprefix(str(path)), caught.value.hint


def test_without_recordings_it_says_what_to_type(tmp_path: Path) -> None:
    path = tmp_path / "a b"
    path.mkdir()
    (path / "notes").write_text("")
    cause, hint = cause_and_hint(path)
    assert cause == " has no recordings (NAME.recording.json)"
    assert hint == f"profilegen record -o '{path}' -- COMMAND"


@pytest.mark.parametrize("below", [Path(), Path("web")])
def test_a_folder_of_profiles_is_told_from_one_of_recordings(tmp_path: Path, below: Path) -> None:
    (tmp_path / below).mkdir(exist_ok=True)
    (tmp_path / below / "docker-run.args").write_text("--cap-drop=ALL\n")
    cause, hint = cause_and_hint(tmp_path)
    assert cause.startswith(" has profiles, but no recordings")
    assert "record" in hint
