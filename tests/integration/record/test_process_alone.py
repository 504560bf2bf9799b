"""`record --process` where no engine answers: exactly the command's processes, in a cgroup that goes."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from profilegen.recording import load
from profilegen.tracer.host.mounts import cgroup2_mount
from tests.support.forty import SOURCES
from tests.support.process import process
from tests.support.recorder import DEADLINE, PROFILEGEN, calls, eventually, only, profilegen

pytestmark = [pytest.mark.kernel, pytest.mark.engine]


def cgroups() -> set[Path]:
    return set(cgroup2_mount().glob("profilegen-*"))


@pytest.fixture(scope="module")
def calls23() -> str:
    subprocess.run(["make", "-s", "-C", str(SOURCES), "build/calls23"], check=True)
    return str(SOURCES / "build" / "calls23")


def test_a_process_is_recorded_exactly_without_an_engine_and_without_a_baseline(
    tmp_path: Path, calls23: str
) -> None:
    """The 23 calls, and exit_group; emit adds what belongs together, and nothing of a runtime."""
    before = cgroups()
    assert process(tmp_path, calls23)[0] == 0
    assert cgroups() == before
    recorded = load(tmp_path / "calls23.recording.json")
    expected = set((SOURCES / "calls23.txt").read_text().split()) | {"exit_group"}
    assert calls(recorded) == expected
    assert recorded.containers == ()
    done = profilegen("emit", str(tmp_path / "calls23.recording.json"), "-o", str(tmp_path / "p"), "--json")
    assert done.status == 0, done.err
    assert "runtime" not in (tmp_path / "p" / "calls23" / "seccomp.json").read_text()
    assert '"capset"' not in (tmp_path / "p" / "calls23" / "seccomp.json").read_text()
    assert profilegen("show", str(tmp_path / "calls23.recording.json")).status == 0


def test_children_belong_to_the_process_and_others_do_not(tmp_path: Path, calls23: str) -> None:
    """The same program runs outside all the while; only one run as a child comes into the recording."""
    assert process(tmp_path / "a", "sh", "-c", ":")[0] == 0
    busy = subprocess.Popen(["sh", "-c", f"while :; do {calls23}; done"])
    try:
        assert process(tmp_path / "b", "sh", "-c", ":")[0] == 0
    finally:
        busy.kill()
        busy.wait()
    assert process(tmp_path / "c", "sh", "-c", f"({calls23} & wait); exit 7")[0] == 7
    alone, beside, child = (calls(only(tmp_path / name)) for name in "abc")
    assert "timerfd_create" not in alone | beside
    assert "timerfd_create" in child


def test_what_outlives_the_command_is_said_and_its_cgroup_is_removed(tmp_path: Path) -> None:
    before = cgroups()
    script = (
        f"mkdir {cgroup2_mount()}/$(sed -n s/^0:://p /proc/self/cgroup)/inner; sleep 600 >&- 2>&- & echo $!"
    )
    done = profilegen("record", "--process", "-o", str(tmp_path), "--", "sh", "-c", script)
    survivor = int(done.out)
    try:
        os.kill(survivor, 0)
        assert done.status == 0
        assert "1 process of the command still runs" in done.err
        assert cgroups() == before
    finally:
        os.kill(survivor, signal.SIGKILL)


def test_the_cgroup_of_a_killed_recorder_goes_with_the_next_one_and_a_live_one_stays(tmp_path: Path) -> None:
    before = cgroups()

    def start(name: str) -> tuple[subprocess.Popen[str], Path]:
        known = cgroups()
        recorder = subprocess.Popen(
            [
                *PROFILEGEN,
                *("record", "-q", "--process", "-o", str(tmp_path / name), "--"),
                *("sh", "-c", "echo $$; exec sleep 600"),
            ],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        return recorder, next(iter(cgroups() - known)) if _line(recorder) else Path()

    def _line(recorder: subprocess.Popen[str]) -> bool:
        assert recorder.stdout is not None
        children.append(int(recorder.stdout.readline()))
        return True

    children: list[int] = []
    killed, left = start("killed")
    living, held = start("living")
    try:
        killed.kill()
        killed.wait()
        assert process(tmp_path / "x", "true")[0] == 0
        assert cgroups() - before == {left, held}, "its command still runs"
        os.kill(children[0], signal.SIGKILL)
        eventually(lambda: "populated 0" in (left / "cgroup.events").read_text(), "the command's end")
        assert process(tmp_path / "x", "true")[0] == 0
        assert cgroups() - before == {held}
    finally:
        living.send_signal(signal.SIGTERM)
        assert living.wait(DEADLINE) == 128 + signal.SIGTERM
        killed.kill()
    assert cgroups() == before


@pytest.mark.parametrize("options", [("--process",), ("--process", "--container", "web")])
def test_a_process_needs_a_command_and_no_container(tmp_path: Path, options: tuple[str, ...]) -> None:
    command = ("--", "true") if len(options) > 1 else ()
    done = profilegen("record", *options, "-o", str(tmp_path / "r"), *command)
    assert done.status == 2
    assert "profilegen record --process -o DIR -- COMMAND" in done.err
    assert not (tmp_path / "r").exists()
