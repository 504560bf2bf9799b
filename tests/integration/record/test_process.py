"""`record --process`: a command's own processes, without an engine; files of who called sudo."""

import os
import secrets
import tempfile
from pathlib import Path

import pytest

from profilegen.recording import load
from profilegen.tracer.host.mounts import cgroup2_mount
from tests.support.recorder import Done, calls, only, profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

NO_ENGINE = {"DOCKER_HOST": "unix:///run/absent.sock"}


def process(directory: Path, *command: str, **environment: str) -> Done:
    return profilegen(
        "record", "--process", "-o", str(directory), "--", *command, environment={**NO_ENGINE, **environment}
    )


def test_a_command_and_its_children_are_recorded_without_an_engine(tmp_path: Path) -> None:
    done = process(tmp_path, "/bin/sh", "-c", "umask 77; ls / > /dev/null")
    assert done.status == 0, done.err
    recorded = load(tmp_path / "sh.recording.json")
    assert not recorded.containers
    assert {"umask", "getdents64"} <= calls(recorded)
    assert {item.path for item in recorded.executed} == {"/usr/bin/dash", "/usr/bin/ls"}


def test_its_profile_has_no_runtime_in_it(tmp_path: Path) -> None:
    assert process(tmp_path, "/bin/true").status == 0
    path = str(tmp_path / "true.recording.json")
    emitted = profilegen("emit", path, "--format", "seccomp", "-o", "-", environment=NO_ENGINE)
    assert emitted.status == 0, emitted.err
    assert '"exit_group"' in emitted.out
    assert '"capset"' not in emitted.out


def test_the_status_is_the_commands(tmp_path: Path) -> None:
    assert process(tmp_path, "/bin/sh", "-c", "exit 3").status == 3
    assert only(tmp_path)


def test_it_excludes_containers(tmp_path: Path) -> None:
    done = profilegen("record", "--process", "--container", "x", "-o", str(tmp_path), "--", "true")
    assert done.status == 2
    assert "--process" in done.err


def test_a_cgroup_that_a_killed_recorder_left_is_swept_away(tmp_path: Path) -> None:
    stale = cgroup2_mount() / f"profilegen-{secrets.token_hex(8)}"
    stale.mkdir()
    assert process(tmp_path, "/bin/true").status == 0
    assert not stale.exists()


def test_files_and_command_are_the_invoking_users() -> None:
    """The environment that sudo gives; the made folders are the user's too."""
    user = {"SUDO_UID": "65534", "SUDO_GID": "65534", "SUDO_USER": "nobody"}
    with tempfile.TemporaryDirectory() as top:
        os.chown(top, 65534, 65534)
        directory = Path(top) / "made" / "recordings"
        done = process(directory, "/bin/sh", "-c", 'id -u; echo "$USER"', **user)
        assert done.status == 0, done.err
        assert done.out.split() == ["65534", "nobody"]
        for path in (directory, directory.parent, directory / "sh.recording.json"):
            assert (path.stat().st_uid, path.stat().st_gid) == (65534, 65534)


def test_append_looks_at_the_files_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "one.recording.json").write_text("{")
    witness = tmp_path / "ran"
    done = record_command(tmp_path, "touch", str(witness), options=("--append",))
    assert done.status == 2
    assert not witness.exists()
