"""What an io_uring does for a program is the program's: capabilities of its workers, files, sockets."""

from pathlib import Path

import pytest

from profilegen.capabilities import Capability
from profilegen.policy.capability_need import need_of
from profilegen.recording import IO_URING, Access, Recording, RingUnseen
from tests.support.containers import PROGRAMS
from tests.support.needs import kernel
from tests.support.recorder import only, profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine, pytest.mark.cell]

ALLOWING = "--security-opt=seccomp=unconfined"
"""Newer engines refuse io_uring (Docker from 25.0 on)."""

NAMED = (5, 19)
"""From here on the kernel says which request of a ring has completed."""
BINDS = (6, 11)
"""The first that binds by a ring."""


def run(top: Path, *words: str) -> tuple[int, Recording]:
    command = ("docker", "run", "--rm", "--name", "ring", ALLOWING, PROGRAMS, "/ring", *words)
    done = record_command(top, *command, options=("--container", "ring"))
    recording = only(top)
    assert not recording.completeness.lost
    return done.status, recording


def emitted(top: Path) -> str:
    """What emit says about it."""
    done = profilegen("emit", str(top / "ring.recording.json"), "-o", str(top))
    assert done.status == 0, done.err
    return done.err


def test_a_check_of_a_worker_names_the_ring_or_is_said_to_be_missing(tmp_path: Path) -> None:
    status, recording = run(tmp_path, "unlink")
    assert status == 0
    checks = [
        (one.syscalls, one.programs)
        for one in recording.capabilities
        if one.capability is Capability.CAP_DAC_OVERRIDE and need_of(one).counts
    ]
    said = emitted(tmp_path)
    listing = (tmp_path / "ring" / "capabilities.txt").read_text()
    if RingUnseen.WORKERS in recording.completeness.rings:
        assert not checks
        assert "not seen: what workers of an io_uring did" in said
    else:
        assert checks == [((IO_URING,), ("/ring",))]
        assert f"granted to /ring in {IO_URING}" in listing


def test_a_file_that_a_ring_opens_is_in_the_recording_or_said_to_be_missing(tmp_path: Path) -> None:
    status, recording = run(tmp_path, "open", "/etc/hosts")
    assert status == 0
    access = {item.path: item.access for item in recording.paths}
    if kernel() < NAMED:
        assert RingUnseen.FILES in recording.completeness.rings
        assert "not seen: files that an io_uring opened" in emitted(tmp_path)
    else:
        assert access["/etc/hosts"] == (Access.READ,)
        assert recording.completeness.rings == ()


def test_a_file_in_the_table_of_a_ring_is_said_and_no_other_taken_for_it(tmp_path: Path) -> None:
    """The result of such a request is 0: as a descriptor it would be the standard input."""
    status, recording = run(tmp_path, "slot", "/etc/hosts")
    assert status == 0
    assert not {"/etc/hosts", "/dev/null"} & {item.path for item in recording.paths}
    assert (RingUnseen.FILES if kernel() < NAMED else RingUnseen.SLOTS) in recording.completeness.rings
    assert "files that an io_uring opened" in emitted(tmp_path)


@pytest.mark.parametrize(("port", "seen"), [("81", [81]), ("8080", [])])
def test_a_port_that_a_ring_binds(port: str, seen: list[int], tmp_path: Path) -> None:
    """Under Docker: where the engine frees no ports the kernel asks for the capability."""
    status, recording = run(tmp_path, "bind", port)
    assert "bind" not in {call.name for call in recording.syscalls}
    if kernel() < BINDS:
        assert status == 1
        seen = []
    asked = {one.capability for one in recording.capabilities if need_of(one).counts}
    bound = [item.port for item in recording.low_ports]
    assert bound == seen or (not bound and seen and Capability.CAP_NET_BIND_SERVICE in asked)
    assert all(item.programs == ("/ring",) for item in recording.low_ports)
