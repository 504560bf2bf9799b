"""The recorded set is the true one: against strace, and against an independent count of filtered calls."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from profilegen.abi import Abi
from profilegen.recording import Phase
from profilegen.tables.syscalls import table
from tests.support import counter
from tests.support.forty import SOURCES, TWENTY_THREE
from tests.support.recorded import Recorded
from tests.support.recorder import calls, only, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

COMMANDS = {
    "ls": ("ls", "-l", "/"),
    "busybox": ("/bin/busybox", "sh", "/script.sh"),
    "static32": ("/static32",),
}

_LINE = re.compile(r"^(?:\d+ +)?(\w+)\(", re.MULTILINE)


def strace_says(*command: str) -> set[str]:
    """Names of the calls that strace -f sees in a container under the same default filter."""
    done = subprocess.run(
        [
            "docker",
            "run",
            "--rm",
            "profilegen-test/strace",
            "strace",
            "-f",
            "-qq",
            "-o",
            "/dev/stderr",
            *command,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(_LINE.findall(done.stderr))


def recorded_set(tmp_path: Path, *command: str) -> set[str]:
    """The program's own calls, without ABI, in the image that strace runs in."""
    done = record_command(tmp_path, "docker", "run", "--rm", "profilegen-test/strace", *command)
    assert done.status == 0, done.err
    return {call.rpartition(":")[2] for call in calls(only(tmp_path))}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_set_equals_what_strace_says(name: str, tmp_path: Path) -> None:
    """The execve is made by the runtime in a recording and by strace's child there: both have it."""
    assert recorded_set(tmp_path, *COMMANDS[name]) | {"execve"} == strace_says(*COMMANDS[name])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_set_equals_an_independent_count(name: str, tmp_path: Path) -> None:
    """The program is recorded and counted in one run, so that timing cannot tell them apart."""
    inner = ("docker", "run", "--rm", "profilegen-test/strace", *COMMANDS[name])
    counted = tmp_path / "counted.json"
    script = f'exec "$@" > {counted}'
    done = record_command(tmp_path, "sh", "-c", script, "sh", sys.executable, counter.__file__, *inner)
    assert done.status == 0, done.err
    recording = only(tmp_path)
    sets = json.loads(counted.read_text())
    names = [
        {table(Abi.X86_64).name(n) for n in numbers["native"]}
        | {f"i386:{table(Abi.I386).name(n)}" for n in numbers["compat"]}
        for numbers in sets.values()
    ]
    assert calls(recording) in names


def test_23_calls_give_23(recorded: Callable[[str], Recorded]) -> None:
    """The program makes 23 calls and exit_group, each in phase app, whatever its runtime did before."""
    assert len(TWENTY_THREE) == 23
    assert calls(recorded("calls23").recording) == TWENTY_THREE | {"exit_group"}


def test_a_32_bit_program_is_told_by_its_abi(recorded: Callable[[str], Recorded]) -> None:
    """Every call after the execve is the compat ABI's, and none is read with the 64-bit table."""
    expected = set((SOURCES / "static32.txt").read_text().split())
    found = calls(recorded("static32").recording)
    assert {f"i386:{name}" for name in expected} <= found
    assert all(name.startswith("i386:") for name in found)


def test_a_32_bit_call_of_a_64_bit_program_too(tmp_path: Path) -> None:
    """int $0x80: the code segment is 64-bit, the call is not."""
    done = record_command(tmp_path, "docker", "run", "--rm", "profilegen-test/programs", "/int80")
    assert done.status == 0, done.err
    found = calls(only(tmp_path))
    assert {name for name in found if name.startswith("i386:")}
    assert {name for name in found if not name.startswith("i386:")}


@pytest.mark.parametrize("filtered", [True, False])
def test_an_x32_call_is_told_by_its_bit(tmp_path: Path, *, filtered: bool) -> None:
    """Also on a kernel without x32, which answers ENOSYS to it: the filter has let it through."""
    security = () if filtered else ("--security-opt", "seccomp=unconfined")
    done = record_command(tmp_path, "docker", "run", "--rm", *security, "profilegen-test/programs", "/x32")
    assert done.status == 0, done.err
    recording = only(tmp_path)
    assert {item.name for item in recording.syscalls if item.abi is Abi.X32} == {"getppid", "ioctl"}
    assert calls(recording) == {"exit_group", "x32:getppid", "x32:ioctl"}
    unknown = {(item.abi, item.number) for item in recording.completeness.unknown_syscalls}
    assert unknown - {(Abi.X86_64, -1)} == {(Abi.X32, 0x40000000 + 600)}
    assert not [item for item in recording.completeness.unknown_syscalls if item.executed]


def test_the_workloads_are_recorded_in_both_phases(recorded: Callable[[str], Recorded]) -> None:
    """The runtime's calls after its filter are there and kept apart from the program's."""
    runtime = calls(recorded("calls23").recording, Phase.RUNTIME)
    assert {"execve", "capset", "setgid", "close"} <= runtime
