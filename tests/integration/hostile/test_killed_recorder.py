"""A recorder that is killed at any moment, and an output folder that somebody else may write."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from profilegen.recording import load
from tests.support.containers import PROGRAMS, docker
from tests.support.recorder import (
    DEADLINE,
    PROFILEGEN,
    Done,
    calls,
    profilegen,
    record_command,
    recording,
)

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

RUN = ("docker", "run", "--rm", "--name", "one", PROGRAMS, "/calls23")
ONE = ("--container", "one")
MOMENTS = (0.05, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3)
"""Seconds: importing, compiling, attaching, attached. Which one it is does not matter to the law."""

_PROGRAM = re.compile(r"^prog_id:\s*(\d+)$", re.MULTILINE)


def programs_of(process: int) -> set[str]:
    """Ids of the eBPF programs that a process holds."""
    found = set()
    for entry in Path(f"/proc/{process}/fdinfo").iterdir():
        found |= set(_PROGRAM.findall(entry.read_text()))
    return found


def is_loaded(program: str) -> bool:
    return (
        subprocess.run(
            ["bpftool", "prog", "show", "id", program], capture_output=True, check=False
        ).returncode
        == 0
    )


def kill(process: subprocess.Popen[str]) -> set[str]:
    """kill -9; the programs that it held, of which none may be left."""
    process.send_signal(signal.SIGSTOP)  # so that it holds the same when it dies
    held = programs_of(process.pid)
    process.kill()
    process.wait(DEADLINE)
    return held


def demand_unloaded(programs: set[str]) -> None:
    """The kernel lets them go after a grace period."""
    end = time.monotonic() + DEADLINE
    while any(map(is_loaded, programs)):
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("seconds", MOMENTS)
def test_killed_at_any_moment_it_leaves_nothing(tmp_path: Path, seconds: float) -> None:
    process = subprocess.Popen(
        [*PROFILEGEN, "record", "-o", str(tmp_path), *ONE],
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    time.sleep(seconds)
    demand_unloaded(kill(process))
    assert not list(tmp_path.glob("*.recording.json"))


def test_killed_while_attached_it_leaves_the_container_running(tmp_path: Path) -> None:
    with recording("-o", str(tmp_path), *ONE) as recorder:
        docker("run", "--detach", "--init", "--name", "one", "profilegen-test/base", "sleep", "inf")
        try:
            held = kill(recorder.process)
            recorder.process.returncode = 0  # it was us
            assert len(held) > 5
            demand_unloaded(held)
            assert docker("exec", "one", "echo", "alive") == "alive\n"
        finally:
            docker("rm", "--force", "one")


def test_killed_while_saving_the_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    assert record_command(tmp_path, *RUN, options=ONE).status == 0
    path = tmp_path / "one.recording.json"
    for seconds in (0.02, 0.1, 0.3):
        before = path.read_bytes()
        with recording("-o", str(tmp_path), *ONE) as recorder:
            docker("run", "--rm", "--name", "one", PROGRAMS, "/static32")
            recorder.process.send_signal(signal.SIGINT)
            time.sleep(seconds)
            recorder.process.kill()
            recorder.process.wait(DEADLINE)
            recorder.process.returncode = 0
        assert path.read_bytes() == before or len(load(path).containers) == 1


def test_whoever_read_the_messages_may_leave(tmp_path: Path) -> None:
    """`record ... 2>&1 | tee log`, and tee is killed; also before the first message."""
    for reading in ("exec 3<&0; read line <&3", "true"):
        folder = tmp_path / reading[:4]
        script = (
            "set -o pipefail; "
            f"{PROFILEGEN[0]} record -o {folder} --process -- sleep 1 2>&1 >/dev/null | {{ {reading}; }}"
        )
        assert subprocess.run(["bash", "-c", script], check=False).returncode == 0
        assert "clock_nanosleep" in calls(load(folder / "sleep.recording.json"))


@pytest.mark.parametrize("nohup", [False, True])
def test_a_terminal_that_hangs_up_costs_no_recording(tmp_path: Path, nohup: bool) -> None:
    """As sshd does when the line is cut; under nohup it goes on."""
    process = subprocess.Popen(
        [*(["nohup"] if nohup else []), *PROFILEGEN, "record", "-o", str(tmp_path), *ONE],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    try:
        while "attached" not in (line := process.stderr.readline()):
            assert line
        process.stderr.close()
        if nohup:
            process.send_signal(signal.SIGHUP)
        docker(*RUN[1:])
        process.send_signal(signal.SIGINT if nohup else signal.SIGHUP)
        assert process.wait(DEADLINE) == 0
    finally:
        process.kill()
    assert len(calls(load(tmp_path / "one.recording.json"))) == 24


def demand_refused(done: Done, cause: str) -> None:
    assert done.status == 2, done.err
    assert cause in done.err
    assert "next: " in done.err


def test_append_follows_no_link_and_waits_for_no_pipe(tmp_path: Path) -> None:
    """As root, into a folder where somebody has laid them in place of our file."""
    folder, outside = tmp_path / "r", tmp_path / "outside"
    assert record_command(tmp_path / "first", *RUN, options=ONE).status == 0
    (tmp_path / "first" / "one.recording.json").rename(outside)
    before = outside.read_bytes()
    folder.mkdir()
    path = folder / "one.recording.json"
    path.symlink_to(outside)
    demand_refused(
        record_command(folder, *RUN, options=(*ONE, "--append")), "one.recording.json cannot be read"
    )
    path.unlink()
    os.mkfifo(path)
    demand_refused(record_command(folder, *RUN, options=(*ONE, "--append")), "not a regular file")
    assert outside.read_bytes() == before


def test_a_link_laid_while_recording_costs_no_recording(tmp_path: Path) -> None:
    folder, outside = tmp_path / "r", tmp_path / "outside"
    outside.write_text("untouched")
    with recording("-o", str(folder), *ONE, "--append") as recorder:
        docker(*RUN[1:])
        (folder / "one.recording.json").symlink_to(outside)
        ended = recorder.end()
        recorder.process.returncode = 0
    demand_refused(ended, "cannot be read")
    assert outside.read_text() == "untouched"
    (saved,) = (path for path in folder.iterdir() if not path.is_symlink())
    assert len(calls(load(saved))) == 24


def test_emit_follows_no_link(tmp_path: Path) -> None:
    assert record_command(tmp_path, *RUN, options=ONE).status == 0
    outside, profiles = tmp_path / "outside", tmp_path / "profiles"
    outside.mkdir()
    (outside / "file").write_text("untouched")
    emit = ("emit", str(tmp_path / "one.recording.json"), "-o", str(profiles))
    (profiles / "one").mkdir(parents=True)
    (profiles / "one" / "seccomp.json").symlink_to(outside / "file")
    assert profilegen(*emit).status == 0
    assert (outside / "file").read_text() == "untouched"
    assert not (profiles / "one" / "seccomp.json").is_symlink()
    (profiles / "one").rename(tmp_path / "away")
    (profiles / "one").symlink_to(outside)
    demand_refused(profilegen(*emit), "symbolic link")
    assert [path.name for path in outside.iterdir()] == ["file"]
