"""The plugin in a project: without root, with a check, under the profiles, side by side, and killed."""

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from profilegen.recording import SeccompProfile, load
from profilegen.recording.tested import of_call
from tests.support.rare_calls import RARE
from tests.support.recorder import PROFILEGEN, profilegen
from tests.support.suites import ENVIRONMENT, PYTEST, SUITES, run

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

SOME = "getitimer or alarm or makes_none"


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made of a few of the tests."""
    top = tmp_path_factory.mktemp("few")
    done = run("compose", f"--profilegen={top / 'recordings'}", "-k", SOME)
    assert done.returncode == 0, done.stdout + done.stderr
    emitted = profilegen("emit", str(top / "recordings"), "-o", str(top / "profiles"))
    assert emitted.status == 0, emitted.err
    return top / "profiles"


@pytest.mark.parametrize("suite", ["compose", "testcontainers", "subprocess"])
def test_the_same_tests_pass_under_the_profiles(suite: str, profiles: Path, tmp_path: Path) -> None:
    done = run(
        suite,
        f"--profilegen={tmp_path}",
        f"--profilegen-enforce={profiles}",
        f"--profilegen-check={profiles}",
        "-k",
        SOME,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    containers = load(tmp_path / "server.recording.json").containers
    assert {one.seccomp_profile for one in containers} == {SeccompProfile.CUSTOM}


def test_what_is_new_fails_with_the_test_that_needs_it(profiles: Path, tmp_path: Path) -> None:
    options = (f"--profilegen={tmp_path}", f"--profilegen-check={profiles}")
    done = run("compose", *options, "-k", f"{SOME} or inotify_add_watch")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "inotify_add_watch is refused by the profile, called by /usr/bin/python3" in done.stdout
    assert "while these tests ran: test_calls.py::test_makes[inotify_add_watch]\n" in done.stdout
    assert "getitimer is refused" not in done.stdout
    assert "4 passed" in done.stdout


def test_under_the_profiles_a_new_call_is_refused(profiles: Path, tmp_path: Path) -> None:
    options = (f"--profilegen={tmp_path}", f"--profilegen-enforce={profiles}")
    assert run("compose", *options, "-k", f"{SOME} or inotify_add_watch").returncode == 0
    recording = load(tmp_path / "server.recording.json")
    assert "inotify_add_watch" in {call.name for call in recording.refused}
    assert "inotify_add_watch" not in {call.name for call in recording.syscalls}


@pytest.fixture
def person() -> Iterator[pwd.struct_passwd]:
    """An ordinary user in the group docker, without sudo."""
    name = "profilegen-tester"
    subprocess.run(["useradd", "--create-home", "--groups", "docker", name], check=True)
    try:
        yield pwd.getpwnam(name)
    finally:
        subprocess.run(["userdel", "--remove", name], check=True, capture_output=True)


def test_pytest_needs_no_root_under_record(person: pwd.struct_passwd) -> None:
    folder = Path(person.pw_dir) / "recordings"
    done = run(
        "subprocess",
        "-k",
        SOME,
        before=(*PROFILEGEN, "record", "-o", str(folder), "--"),
        environment={"SUDO_UID": str(person.pw_uid), "SUDO_GID": str(person.pw_gid)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    saved = folder / "server.recording.json"
    assert saved.owner() == person.pw_name
    assert of_call(load(saved).attribution, "alarm", ()).names == ("test_calls.py::test_makes[alarm]",)
    assert "server " in done.stdout


def test_without_root_the_tests_run_and_a_sentence_says_what_to_type(person: pwd.struct_passwd) -> None:
    run_as = ("setpriv", f"--reuid={person.pw_uid}", f"--regid={person.pw_gid}", "--init-groups")
    home = {"HOME": person.pw_dir}
    done = run("subprocess", "--profilegen", "-k", "makes_none", before=run_as, environment=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing is recorded: " in done.stdout
    assert "next: sudo profilegen record -- pytest " in done.stdout
    failed = run("subprocess", "--profilegen-check", "-k", "makes_none", before=run_as, environment=home)
    assert failed.returncode == pytest.ExitCode.USAGE_ERROR
    assert "next: sudo profilegen record -- pytest " in failed.stdout + failed.stderr


def test_two_sessions_side_by_side_do_not_mix(tmp_path: Path) -> None:
    halves = [[f"test_calls.py::test_makes[{call}]" for call in list(RARE)[start::2]] for start in (0, 1)]
    sessions = [
        subprocess.Popen(
            [*PYTEST, f"--profilegen={tmp_path / str(number)}", *half],
            cwd=SUITES / "compose",
            env={**os.environ, **ENVIRONMENT},
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, half in enumerate(halves)
    ]
    for session in sessions:
        out, _ = session.communicate(timeout=300)
        assert session.returncode == 0, out
    for number in (0, 1):
        attribution = load(tmp_path / str(number) / "server.recording.json").attribution
        for place, call in enumerate(RARE):
            expected = (f"test_calls.py::test_makes[{call}]",) if place % 2 == number else ()
            assert of_call(attribution, call, ()).names == expected


def test_a_killed_pytest_leaves_nothing_but_the_recording(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*PYTEST, f"--profilegen={tmp_path}", "-s", "-k", "getitimer", "--pdb", "--trace"],
        cwd=SUITES / "compose",
        env={**os.environ, **ENVIRONMENT},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while "(Pdb)" not in (line := process.stdout.read(1) + os.read(process.stdout.fileno(), 65536).decode()):
        assert line
    recorders = _recorders(tmp_path)
    assert len(recorders) == 1
    process.send_signal(signal.SIGKILL)
    process.wait()
    end = time.monotonic() + 2
    while _recorders(tmp_path) and time.monotonic() < end:
        time.sleep(0.02)
    assert not _recorders(tmp_path)
    saved = load(tmp_path / "server.recording.json")
    assert "bind" in {call.name for call in saved.syscalls}
    project = f"pytest{process.pid}"
    for kind in ("ps -aq", "network ls -q"):
        found = subprocess.run(
            ["docker", *kind.split(), "--filter", f"label=com.docker.compose.project={project}"],
            capture_output=True, text=True, check=True,
        ).stdout.split()  # fmt: skip
        removal = ["rm", "-f"] if kind.startswith("ps") else ["network", "rm"]
        subprocess.run(["docker", *removal, *found], capture_output=True, check=True)


def _recorders(folder: Path) -> list[str]:
    """Processes that record into a folder."""
    found = subprocess.run(
        ["pgrep", "-f", f"pytest_plugin.recorder {folder}"], capture_output=True, text=True, check=False
    )
    return found.stdout.split()
