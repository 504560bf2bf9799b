"""Second runs, folders that change meanwhile, and a command that has to be ended."""

import shutil
import signal
from pathlib import Path

import pytest

from profilegen.recording import load
from tests.support.process import process
from tests.support.recorder import calls, only, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]


@pytest.mark.parametrize("content", ["", "{}", "no recording", '{"schema_version": 99}'])
def test_append_onto_a_foreign_file_is_refused_before_the_run(tmp_path: Path, content: str) -> None:
    foreign = tmp_path / "touch.recording.json"
    foreign.write_text(content)
    status, said = process(tmp_path, "touch", str(tmp_path / "ran"), options=("--append",))
    assert status == 2
    assert str(foreign) in said
    assert foreign.read_text() == content
    assert not (tmp_path / "ran").exists()


def test_append_onto_another_subjects_recording_is_refused_before_the_run(tmp_path: Path) -> None:
    assert process(tmp_path, "true")[0] == 0
    shutil.move(tmp_path / "true.recording.json", tmp_path / "touch.recording.json")
    status, said = process(tmp_path, "touch", str(tmp_path / "ran"), options=("--append",))
    assert status == 2
    assert "a recording of true" in said
    assert not (tmp_path / "ran").exists()


def test_a_run_is_kept_whatever_happened_to_the_folder_meanwhile(tmp_path: Path) -> None:
    """A folder that vanished is made again; a file that came to be foreign is left alone."""
    directory = tmp_path / "rec"
    assert process(directory, "rm", "-r", str(directory))[0] == 0
    assert "unlinkat" in calls(load(directory / "rm.recording.json"))
    (source := tmp_path / "foreign").write_text("foreign")
    target = directory / "cp.recording.json"
    status, said = process(directory, "cp", str(source), str(target), options=("--append",))
    assert status == 2, said
    assert target.read_text() == "foreign"
    (saved,) = directory.glob("cp-*.recording.json")
    assert "openat" in calls(load(saved))


def test_the_timeout_ends_a_command_that_does_not_listen(tmp_path: Path) -> None:
    script = "trap '' TERM; while :; do sleep 1; done"
    done = record_command(tmp_path, "sh", "-c", script, options=("--process", "--timeout", "0.5"))
    assert done.status == 128 + signal.SIGKILL, done.err
    assert len(only(tmp_path).executed) > 0
