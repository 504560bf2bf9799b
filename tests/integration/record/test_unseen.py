"""What a run did not show is said by record and by emit, on real containers, and not where it did."""

import subprocess
import time
from pathlib import Path

import pytest

from profilegen.recording import Data, End, HealthCheck, Recording, Start, load
from tests.support.containers import BASE, docker, state
from tests.support.recorder import Done, only, profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

WAITS = "trap 'exit 0' TERM; while :; do sleep 0.1; done"
"""A shell that docker stop ends at once."""
HEALTH = "--health-cmd 'test -d /' --health-interval"
HEALTHY = (
    "for i in $(seq 300); do "
    "docker inspect --format '{{.State.Health.Status}}' unseen | grep -qx healthy && break; sleep 0.1; done"
)


def remove() -> None:
    """Take the container away; Docker may need two tries for one whose main thread ended first."""
    for _ in range(60):
        command = ["docker", "rm", "--force", "--volumes", "unseen"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0 or "No such container" in done.stderr:
            return
        time.sleep(0.5)


def recorded(directory: Path, script: str, *options: str) -> tuple[Done, Recording]:
    """Record a script of docker commands on the container ``unseen``; it is gone afterwards."""
    try:
        done = record_command(directory, "sh", "-ec", script, options=options)
    finally:
        remove()
    assert list(directory.glob("*.recording.json")), done.err
    return done, only(directory)


def emitted(directory: Path, *options: str) -> str:
    done = profilegen("emit", str(directory), "-o", str(directory / "profiles"), *options)
    assert done.status == 0, done.err
    return done.err


def run(command: str, *options: str) -> str:
    return f"docker run --detach --name unseen {' '.join(options)} {BASE} {command} >/dev/null"


def test_one_that_still_runs_is_said_at_once(tmp_path: Path) -> None:
    done, recording = recorded(tmp_path, run("sleep 60"))
    assert done.status == 0
    assert [one.end for one in recording.containers] == [End.RUNNING]
    for text in (done.err, emitted(tmp_path)):
        assert "its shutdown (it still ran when the recording ended)" in text
        assert "--until-stopped" in text


def test_a_main_thread_that_ends_first_is_no_end(tmp_path: Path) -> None:
    """By exit(2), which ends the thread alone."""
    lines = (
        "import ctypes, platform, threading, time",
        "threading.Thread(target=time.sleep, args=(8,)).start()",
        "ctypes.CDLL(None).syscall(60 if platform.machine() == 'x86_64' else 93, 0)",
    )
    program = tmp_path / "program.py"
    program.write_text("\n".join(lines))
    script = (
        f"docker run --detach --name unseen --volume {program}:/program.py:ro profilegen-test/python "
        "python3 /program.py; sleep 2"
    )
    _, recording = recorded(tmp_path / "rec", script)
    assert "exit" in {call.name for call in recording.syscalls}
    assert [one.end for one in recording.containers] == [End.RUNNING]


def test_until_stopped_waits_for_it(tmp_path: Path) -> None:
    done, recording = recorded(tmp_path, run("sh -c 'sleep 1; mkdir /late'"), "--until-stopped")
    assert [one.end for one in recording.containers] == [End.SUCCEEDED]
    assert "mkdir" in {call.name for call in recording.syscalls}
    assert "waiting for the end of unseen" in done.err
    assert "its shutdown" not in done.err + emitted(tmp_path)


def test_one_that_was_killed_and_never_checked_or_restarted(tmp_path: Path) -> None:
    script = f"{run('sleep 60', '--volume /data', HEALTH, '1h')}; sleep 0.5; docker kill unseen"
    done, recording = recorded(tmp_path, script)
    (container,) = recording.containers
    assert (container.end, container.start) == (End.KILLED, Start.FIRST)
    assert (container.health_check, container.exec_seen) == (HealthCheck.UNSEEN, False)
    assert (container.volumes, container.data) == (("/data",), Data.NEW)
    for text in (done.err, emitted(tmp_path)):
        for part in ("(it was killed)", "its health check", "data of an earlier run", "a docker exec"):
            assert part in text


def test_one_that_showed_all_leaves_nothing_to_say(tmp_path: Path) -> None:
    script = (
        f"{run(f'sh -c {chr(34)}{WAITS}{chr(34)}', '--volume /data', HEALTH, '1s')}; {HEALTHY}; "
        "docker exec unseen true; docker restart unseen; docker stop unseen"
    )
    done, recording = recorded(tmp_path, script)
    assert [(one.end, one.health_check, one.exec_seen) for one in recording.containers] == [
        (End.STOPPED, HealthCheck.SEEN, True)
    ] * 2
    assert {one.start for one in recording.containers} == {Start.FIRST, Start.AGAIN}
    assert "not seen" not in done.err
    assert [
        line for line in emitted(tmp_path).splitlines() if "not seen" in line and "--init" not in line
    ] == []


def test_docker_start_of_an_old_one_is_no_first_start(tmp_path: Path) -> None:
    docker("run", "--name", "unseen", BASE, "sh", "-c", "test -e /init || { touch /init; chown 33 /init; }")
    done, recording = recorded(tmp_path, "docker start --attach unseen")
    assert [one.start for one in recording.containers] == [Start.AGAIN]
    for text in (done.err, emitted(tmp_path)):
        assert "its first start (the container had run before the recording)" in text


def test_one_that_was_only_created_before_is_started_for_the_first_time(tmp_path: Path) -> None:
    docker("create", "--name", "unseen", BASE, "sleep", "0.5")
    done, recording = recorded(tmp_path, "docker start --attach unseen")
    assert [one.start for one in recording.containers] == [Start.FIRST]
    assert "first start" not in done.err


def test_a_second_container_on_the_same_volume_finds_the_data_of_the_first(tmp_path: Path) -> None:
    once = f"docker run --rm --name unseen --volume unseen-data:/data {BASE} true"
    try:
        done, recording = recorded(tmp_path, f"{once}; {once}")
    finally:
        subprocess.run(["docker", "volume", "rm", "unseen-data"], capture_output=True, check=False)
    assert {one.data for one in recording.containers} == {Data.NEW, Data.OLD}
    assert "not seen" not in done.err


@pytest.mark.parametrize("kind", ["volume", "folder"])
def test_data_from_before_the_recording_is_no_new_data(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    place = "unseen-data" if kind == "volume" else str(folder)
    try:
        docker("run", "--rm", "--volume", f"{place}:/data", BASE, "touch", "/data/file")
        once = f"docker run --rm --name unseen --volume {place}:/data {BASE} ls /data"
        done, recording = recorded(tmp_path / "rec", once)
    finally:
        subprocess.run(["docker", "volume", "rm", "unseen-data"], capture_output=True, check=False)
    assert [one.data for one in recording.containers] == [Data.OLD]
    assert "a start with new data (there was some in /data)" in done.err
    assert "data of an earlier run" not in done.err


def test_a_program_that_failed_is_said(tmp_path: Path) -> None:
    done, recording = recorded(tmp_path, f"docker run --rm --name unseen {BASE} ls /nowhere || true")
    assert [one.end for one in recording.containers] == [End.FAILED]
    for text in (done.err, emitted(tmp_path)):
        assert "what it does when it works (its program failed)" in text


@pytest.mark.parametrize("limit", ["--cpuset-cpus=0", "--cpus=1"])
def test_one_cpu_is_said(tmp_path: Path, limit: str) -> None:
    done, recording = recorded(tmp_path, f"docker run --rm --name unseen {limit} {BASE} true")
    assert recording.containers[0].one_cpu
    assert "threads side by side" in done.err


def test_a_recording_is_on_disk_when_its_container_has_ended(tmp_path: Path) -> None:
    """The recorder is killed after that, and the file is whole."""
    folder = tmp_path / "rec"
    script = (
        f"docker run --rm --name unseen {BASE} mkdir /made; "
        f"for i in $(seq 600); do test -e {folder}/unseen.recording.json && break; sleep 0.1; done; "
        "kill -KILL $PPID"
    )
    done = record_command(folder, "sh", "-c", script)
    assert done.status == -9
    recording = load(folder / "unseen.recording.json")
    assert "mkdir" in {call.name for call in recording.syscalls}
    assert [one.end for one in recording.containers] == [End.SUCCEEDED]


def under(profiles: Path, *command: str, init: bool = False) -> subprocess.CompletedProcess[str]:
    flags = (profiles / "unseen" / "docker-run.args").read_text().split()
    seccomp = f"--security-opt=seccomp={profiles / 'unseen' / 'seccomp.json'}"
    words = ["docker", "run", "--rm", *(["--init"] if init else []), *flags, seccomp, BASE, *command]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", ["default", "strict"])
def test_an_init_that_was_not_there_comes_with_emit_init(tmp_path: Path, arguments: str) -> None:
    done, _ = recorded(tmp_path, f"docker run --rm --name unseen {BASE} ls /")
    assert done.status == 0
    assert "emit --init" in emitted(tmp_path, "--args", arguments)
    assert under(tmp_path / "profiles", "ls", "/").returncode == 0
    assert under(tmp_path / "profiles", "ls", "/", init=True).returncode != 0
    assert "--init" not in emitted(tmp_path, "--args", arguments, "--init")
    assert under(tmp_path / "profiles", "ls", "/", init=True).returncode == 0
    assert under(tmp_path / "profiles", "ls", "/").returncode == 0


def test_an_init_that_was_recorded_passes_on_signals_that_were_not(tmp_path: Path) -> None:
    done, _ = recorded(tmp_path, f"docker run --rm --init --name unseen {BASE} sleep 0.2")
    assert done.status == 0
    emitted(tmp_path)
    flags = " ".join((tmp_path / "profiles" / "unseen" / "docker-run.args").read_text().split())
    seccomp = f"--security-opt=seccomp={tmp_path / 'profiles' / 'unseen' / 'seccomp.json'}"
    try:
        docker("run", "--detach", "--init", "--name", "unseen", *flags.split(), seccomp, BASE, "sleep", "60")
        docker("stop", "--time", "20", "unseen")
        assert state("unseen") == "exited"
        assert docker("inspect", "--format", "{{.State.ExitCode}}", "unseen").strip() == "143"
    finally:
        subprocess.run(["docker", "rm", "--force", "unseen"], capture_output=True, check=False)
