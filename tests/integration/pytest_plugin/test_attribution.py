"""Of 23 tests that each make one rare call, each is found to be the one."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from profilegen.recording import Recording, load
from profilegen.recording.tested import SHUTDOWN, of_call
from tests.support.rare_calls import AT_THE_END, RARE, SHARED
from tests.support.suites import run

pytestmark = [pytest.mark.kernel, pytest.mark.engine]


def recorded(folder: Path) -> Recording:
    return load(folder / "server.recording.json")


def maker_of(call: str) -> str:
    return f"test_calls.py::test_makes[{call}]"


@pytest.fixture
def shared_container() -> Iterator[None]:
    yield
    subprocess.run(["docker", "rm", "-f", SHARED], capture_output=True, check=False)


@pytest.mark.parametrize(
    ("suite", "workers"),
    [("compose", 0), ("compose", 3), ("testcontainers", 0), ("testcontainers", 3), ("subprocess", 0)],
)
def test_each_rare_call_is_of_the_one_test_that_made_it(suite: str, workers: int, tmp_path: Path) -> None:
    done = run(suite, "test_calls.py", f"--profilegen={tmp_path}", *(["-n", str(workers)] if workers else []))
    assert done.returncode == 0, done.stdout + done.stderr
    attribution = recorded(tmp_path).attribution
    found = {call: of_call(attribution, call, ()).names for call in RARE}
    assert found == {call: (maker_of(call),) for call in RARE}
    assert any(one.seen.start_up for one in attribution.calls)
    assert "nothing lost" in done.stdout


def test_a_container_of_all_workers_says_one_of_those_that_ran(
    tmp_path: Path, shared_container: None
) -> None:
    del shared_container
    done = run("subprocess", "test_calls.py", f"--profilegen={tmp_path}", "-n", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    attribution = recorded(tmp_path).attribution
    for call in RARE:
        tested = of_call(attribution, call, ())
        candidates = {*tested.tests, *tested.one_of}
        assert maker_of(call) in {one.partition("|")[0] for one in candidates}
        assert len(candidates) <= 3
    assert any(len(of_call(attribution, call, ()).one_of) > 1 for call in RARE)


def test_the_end_of_a_container_is_the_need_of_no_test(tmp_path: Path) -> None:
    assert run("compose", f"--profilegen={tmp_path}").returncode == 0
    assert of_call(recorded(tmp_path).attribution, AT_THE_END, ()).names == (SHUTDOWN,)


def test_testcontainers_kills_and_stops_first_if_asked(tmp_path: Path) -> None:
    killed = run("testcontainers", f"--profilegen={tmp_path / 'killed'}")
    assert "server: shutdown not seen (killed)" in killed.stdout
    stopped = run("testcontainers", f"--profilegen={tmp_path / 'stopped'}", "--profilegen-stop")
    assert "shutdown not seen" not in stopped.stdout
    assert of_call(recorded(tmp_path / "stopped").attribution, AT_THE_END, ()).names == (SHUTDOWN,)


def test_a_test_can_look_at_what_is_recorded_so_far(tmp_path: Path) -> None:
    done = run("subprocess", "test_recording.py", f"--profilegen={tmp_path}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert run("subprocess", "test_recording.py").stdout.count("1 skipped") == 1


def test_a_container_that_lives_within_one_test_is_that_tests(tmp_path: Path) -> None:
    done = run("subprocess", "test_brief.py", f"--profilegen={tmp_path}")
    assert done.returncode == 0, done.stdout + done.stderr
    attribution = load(tmp_path / "profilegen-plugin-brief.recording.json").attribution
    assert attribution.names == ("test_brief.py::test_brief",)
    assert of_call(attribution, "alarm", ()).names == ("test_brief.py::test_brief",)
    assert {one.name for one in attribution.calls} > {"read", "mmap", "exit_group"}
