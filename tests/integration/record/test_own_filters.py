"""A program's own filter that has somebody else answer its calls: the container's must let them through."""

import json
import platform
import signal
import subprocess
from pathlib import Path

import pytest

from profilegen.recording import Recording
from tests.support.containers import PROGRAMS, container, docker, ended, log, until
from tests.support.recorder import calls, only, profilegen, record_command, recording

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

THREADS = {
    "fchown", "getpgid", "getsid", "sched_get_priority_max", "sched_get_priority_min", "getpriority",
    "fdatasync", "fchmod",
}  # fmt: skip
RARE = {*THREADS, "fchown32", "i386:fchown32", "getppid"}
"""Of the calls of /answered those that its filters are about; neither libc nor the runtime makes them."""
CELL = pytest.mark.cell
"""Where kernels differ: how a stop is told, where notifications are, how a task is looked at from another."""
X86 = pytest.mark.skipif(platform.machine() != "x86_64", reason="a 32-bit call of a 64-bit program")

ANSWERED = [
    pytest.param(("tracer", "skips"), {"fchown"}, marks=CELL, id="a tracer answers"),
    pytest.param(("tracer", "rewrites"), {"fchown", "getppid"}, id="a tracer makes another call of it"),
    pytest.param(
        ("tracer", "ignores-stops"), {"fchown"}, marks=CELL, id="a tracer that ignores SIGCHLD answers"
    ),
    pytest.param(("tracer", "no-stops"), {"fchown"}, id="a tracer with SA_NOCLDSTOP answers"),
    pytest.param(("tracer", "threads"), THREADS, marks=CELL, id="a tracer answers 64 threads"),
    pytest.param(("tracer", "ignores-stops-of-threads"), THREADS, id="of 64 threads, ignoring SIGCHLD"),
    pytest.param(("tracer", "compat"), {"i386:fchown32"}, marks=X86, id="a tracer answers a 32-bit call"),
    pytest.param(("supervisor", "answers"), {"fchown"}, marks=CELL, id="a supervisor answers"),
    pytest.param(("supervisor", "fails"), {"fchown"}, marks=CELL, id="a supervisor answers with an error"),
    pytest.param(("supervisor", "continues"), {"fchown"}, id="a supervisor lets the call go on"),
    pytest.param(("supervisor", "threads"), THREADS, marks=CELL, id="a supervisor answers 64 threads"),
    pytest.param(
        ("supervisor", "compat"), {"i386:fchown32"}, marks=X86, id="a supervisor answers a 32-bit call"
    ),
]
NOT_ANSWERED = [
    pytest.param(("nobody", "errno"), marks=CELL, id="an errno"),
    pytest.param(("nobody", "trap"), id="a SIGSYS handler"),
    pytest.param(("nobody", "untraced"), id="RET_TRACE without a tracer"),
]


def name_of(how: tuple[str, ...]) -> str:
    """The container's name."""
    return "-".join(("own-filter", *how))


def recorded(directory: Path, how: tuple[str, ...]) -> Recording:
    """Of one container, which must work."""
    name = name_of(how)
    run = ("docker", "run", "--rm", "--network=none", "--name", name, PROGRAMS, "/answered", *how)
    done = record_command(directory, *run, options=("--container", name))
    assert done.status == 0, done.err
    return only(directory)


def emitted(directory: Path, name: str, *options: str) -> Path:
    """The profile of its recording."""
    recording = str(directory / f"{name}.recording.json")
    done = profilegen("emit", recording, "-o", str(directory), *options)
    assert done.status == 0, done.err
    return directory / name / "seccomp.json"


def works(how: tuple[str, ...], profile: Path) -> bool:
    """Whether it does under the profiles."""
    flags = (profile.parent / "docker-run.args").read_text().split()
    run = ("docker", "run", "--rm", "--network=none", *flags, f"--security-opt=seccomp={profile}")
    return (
        subprocess.run([*run, PROGRAMS, "/answered", *how], capture_output=True, check=False).returncode == 0
    )


def without(name: str, profile: Path) -> Path:
    """A copy of the profile that does not name the call, beside it."""
    content = json.loads(profile.read_text())
    for rule in content["syscalls"]:
        rule["names"] = [one for one in rule["names"] if one != name]
    content["syscalls"] = [rule for rule in content["syscalls"] if rule["names"]]
    copy = profile.with_name(f"without-{name}.json")
    copy.write_text(json.dumps(content))
    return copy


@pytest.mark.parametrize(("how", "names"), ANSWERED)
def test_an_answered_call_is_allowed_and_no_other(
    how: tuple[str, ...], names: set[str], tmp_path: Path
) -> None:
    """ERRNO of ours would beat TRACE and USER_NOTIF of the program's."""
    assert calls(recorded(tmp_path, how)) & RARE == names
    profile = emitted(tmp_path, name_of(how), "--exact")
    assert works(how, profile)
    for name in names:
        assert not works(how, without(name.rpartition(":")[2], profile)), f"it works without {name}"


@pytest.mark.parametrize("how", NOT_ANSWERED)
def test_what_its_own_filter_answers_itself_is_not_needed(how: tuple[str, ...], tmp_path: Path) -> None:
    """The sternest verdict wins, and of two ERRNO that of the newer filter."""
    found = recorded(tmp_path, how)
    assert not calls(found) & RARE
    assert not found.refused
    assert works(how, emitted(tmp_path, name_of(how)))


def test_the_arguments_of_an_answered_call_become_conditions(tmp_path: Path) -> None:
    """prctl with an option that no kernel has, answered by a supervisor."""
    how, option = ("supervisor", "argument"), 4711
    values = [dict(item.values) for item in recorded(tmp_path, how).arguments if item.name == "prctl"]
    assert option in [value[0] for value in values]
    assert works(how, emitted(tmp_path, name_of(how), "--args", "strict"))


def test_a_descriptor_that_a_supervisor_adds_is_an_answer(tmp_path: Path) -> None:
    """SECCOMP_ADDFD_FLAG_SEND, since Linux 5.14."""
    if tuple(map(int, platform.release().split(".")[:2])) < (5, 14):
        pytest.skip("this kernel adds descriptors without an answer")
    how = ("supervisor", "adds-fd")
    assert calls(recorded(tmp_path, how)) & RARE == {"fchown"}
    assert works(how, emitted(tmp_path, name_of(how)))


@pytest.mark.parametrize("who", ["tracer", "supervisor"])
def test_a_container_that_ran_before_the_recorder(who: str, tmp_path: Path) -> None:
    """Its filter is loaded, and its call answered, while the recorder is attached."""
    how = (who, "answers" if who == "supervisor" else "skips", "late")
    name = name_of(how)
    with container(name, PROGRAMS, "/answered", *how, options=("--network=none",)):
        until(lambda: "waiting" in log(name), name, "it waits")
        with recording("-o", str(tmp_path), "--container", name, status=5):
            docker("kill", "--signal", signal.SIGUSR1.name, name)
            ended(name)
    assert calls(only(tmp_path)) & RARE == {"fchown"}
