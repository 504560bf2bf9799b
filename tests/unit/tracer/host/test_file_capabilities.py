"""File capabilities as the kernel stores them, read in the container's own root."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import pytest

from profilegen.tracer.host.file_capabilities import NONE, FileCapabilities, Looked, ProgramFiles, parse

NET_RAW = 1 << 13
V2 = struct.pack("<5I", 0x02000001, NET_RAW, 0, 0, 0)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (V2, FileCapabilities(NET_RAW, effective=True)),
        (struct.pack("<5I", 0x02000000, 0, 0, 1 << 6, 0), FileCapabilities(1 << 38, effective=False)),
        (struct.pack("<3I", 0x01000001, NET_RAW, 0), FileCapabilities(NET_RAW, effective=True)),
        (struct.pack("<6I", 0x03000001, NET_RAW, 0, 0, 0, 0), FileCapabilities(NET_RAW, effective=True)),
        (struct.pack("<6I", 0x03000001, NET_RAW, 0, 0, 0, 100000), NONE),
        (V2[:12], NONE),
        (b"", NONE),
        (bytes(20), NONE),
    ],
)
def test_the_attribute_is_understood(value: bytes, found: FileCapabilities) -> None:
    assert parse(value) == found


@pytest.fixture
def files(tmp_path: Path) -> ProgramFiles:
    """A /proc with process 7 in the cgroup ``c0ffee``, whose root has /bin/ping."""
    proc, root = tmp_path / "proc" / "7", tmp_path / "root"
    proc.mkdir(parents=True)
    (root / "bin").mkdir(parents=True)
    (root / "bin" / "ping").write_bytes(b"")
    (root / "bin" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "outside").write_bytes(b"")
    (proc / "root").symlink_to(root)
    (proc / "cgroup").write_text("0::/docker/c0ffee\n")
    return ProgramFiles(tmp_path / "proc")


def found(looked: Looked | None) -> FileCapabilities | None:
    return None if looked is None else looked.capabilities


def test_a_file_is_known_again_and_fresh_until_its_change_is_old(
    files: ProgramFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = (tmp_path / "root" / "bin" / "ping").stat()
    monkeypatch.setattr(time, "time_ns", lambda: status.st_ctime_ns + 1)
    looked = files.look(0, 7, "c0ffee", "/bin/ping")
    assert looked == Looked(NONE, (status.st_dev, status.st_ino), fresh=True)
    monkeypatch.setattr(time, "time_ns", lambda: status.st_ctime_ns + 10**9)
    assert files.look(0, 7, "c0ffee", "/bin/ping") == Looked(NONE, (status.st_dev, status.st_ino))
    files.close()


def test_a_program_is_looked_at_in_its_own_root(files: ProgramFiles) -> None:
    assert found(files.look(0, 7, "c0ffee", "/bin/ping")) == NONE
    assert files.look(0, 7, "c0ffee", "/bin/none") is None
    files.close()


def test_a_link_is_not_followed(files: ProgramFiles) -> None:
    assert files.look(0, 7, "c0ffee", "/bin/link") is None
    files.close()


def test_a_process_of_another_cgroup_has_only_got_the_number(files: ProgramFiles) -> None:
    assert files.look(0, 7, "decaf", "/bin/ping") is None


def test_the_root_serves_for_programs_that_are_gone(files: ProgramFiles) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert found(files.look(0, 7, "c0ffee", "/bin/ping")) == NONE
    assert found(files.look(0, 8, "c0ffee", "/bin/ping")) == NONE
    assert files.look(1, 8, "c0ffee", "/bin/ping") is None
    files.forget(0)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_root_that_is_held_needs_no_process(tmp_path: Path) -> None:
    """A command of --process may be gone before anybody could look."""
    files = ProgramFiles(tmp_path / "proc")
    (tmp_path / "program").write_text("")
    assert files.look(0, 1, "cgroup", "/program") is None
    files.hold(0, tmp_path)
    assert found(files.look(0, 1, "cgroup", "/program")) == NONE
    files.close()
