"""A bind below 1024 that Docker's own networks allow, and others do not."""

import platform
import subprocess
from pathlib import Path

import pytest

from profilegen.recording import Recording
from tests.support.containers import PROGRAMS
from tests.support.recorder import only, profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

SERVICE = "--cap-add=NET_BIND_SERVICE"
FREE = "--sysctl=net.ipv4.ip_unprivileged_port_start=0"
BOUND = "--sysctl=net.ipv4.ip_unprivileged_port_start=1024"


def recorded(top: Path, program: str, kind: str, port: int, *options: str) -> Recording:
    words = ("--name", "binds", *options, PROGRAMS, program, kind, str(port))
    done = record_command(top, "docker", "run", "--rm", *words, options=("--container", "binds"))
    assert done.status == 0, done.err
    recording = only(top)
    assert not recording.completeness.lost
    return recording


def flags(top: Path, *options: str) -> list[str]:
    """The flags that emit writes; what it says is in ``said``."""
    done = profilegen("emit", str(top / "binds.recording.json"), "-o", str(top), *options)
    assert done.status == 0, done.err
    (top / "said").write_text(done.err)
    return (top / "binds" / "docker-run.args").read_text().split()


def works(top: Path, given: list[str], *options: str) -> bool:
    """Whether it binds port 81 under the profiles, where that takes the capability."""
    filtered = f"--security-opt=seccomp={top / 'binds' / 'seccomp.json'}"
    command = ["docker", "run", "--rm", filtered, *given, *options, PROGRAMS, "/binds", "tcp", "81"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_low_port_is_left_out_and_said_or_kept_as_the_user_wants(tmp_path: Path) -> None:
    recording = recorded(tmp_path, "/binds", "tcp", 81)
    (item,) = recording.low_ports
    assert (item.port, item.start, item.programs) == (81, 0, ("/binds",))

    given = flags(tmp_path)
    assert SERVICE not in given
    listing = (tmp_path / "binds" / "capabilities.txt").read_text()
    for text in ((tmp_path / "said").read_text(), listing):
        assert "port 81 is free to bind where it was recorded; binding it needs NET_BIND_SERVICE with" in text
    assert works(tmp_path, given)
    assert not works(tmp_path, given, BOUND)

    assert SERVICE not in flags(tmp_path, "--low-ports", "no")
    given = flags(tmp_path, "--low-ports", "yes")
    assert SERVICE in given
    assert works(tmp_path, given, BOUND)


def test_a_port_that_the_kernel_asks_for_is_a_need_like_any_other(tmp_path: Path) -> None:
    recording = recorded(tmp_path, "/binds", "tcp", 81, BOUND)
    assert recording.low_ports == ()
    assert SERVICE in flags(tmp_path, "--low-ports", "no")
    assert "binding port" not in (tmp_path / "said").read_text()


@pytest.mark.parametrize("kind", ["tcp6", "udp", "udp6"])
def test_every_kind_of_internet_socket_has_ports(kind: str, tmp_path: Path) -> None:
    assert [item.port for item in recorded(tmp_path, "/binds", kind, 53, FREE).low_ports] == [53]


@pytest.mark.parametrize("kind", ["raw", "ping", "unix"])
def test_what_is_no_port_is_none(kind: str, tmp_path: Path) -> None:
    assert recorded(tmp_path, "/binds", kind, 53, FREE).low_ports == ()


def test_a_port_that_is_free_everywhere_is_not_recorded(tmp_path: Path) -> None:
    assert recorded(tmp_path, "/binds", "tcp", 1024).low_ports == ()
    assert recorded(tmp_path, "/binds", "tcp", 0).low_ports == ()


@pytest.mark.skipif(platform.machine() != "x86_64", reason="a 32-bit program of x86")
@pytest.mark.parametrize("kind", ["tcp", "udp6", "socketcall"])
def test_a_32_bit_program_binds_too(kind: str, tmp_path: Path) -> None:
    recording = recorded(tmp_path, "/binds32", kind, 110)
    assert [item.port for item in recording.low_ports] == [110]
    calls = {call.name for call in recording.syscalls}
    assert ("bind" in calls) == (kind != "socketcall")
