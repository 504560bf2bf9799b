"""The AppArmor label of the process behind a socket, with a real socket and a made-up /proc."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from profilegen.containers import daemon
from profilegen.containers.daemon import daemon_label


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[str]:
    """A socket at which this process listens."""
    path = str(tmp_path / "docker.sock")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        yield path


def under(proc: Path, process: int, label: bytes) -> Path:
    attributes = proc / str(process) / "attr" / "apparmor"
    attributes.mkdir(parents=True)
    (attributes / "current").write_bytes(label)
    return proc


@pytest.mark.parametrize(
    ("raw", "label"),
    [
        (b"unconfined\n", "unconfined"),
        (b"snap.docker.dockerd (enforce)\n", "snap.docker.dockerd"),
        (b"/usr/bin/dockerd (complain)\n", "/usr/bin/dockerd"),
        (b"a daemon (2) (enforce)\n", "a daemon (2)"),
        (b"a//&:ns:b (mixed)\n", "a//&:ns:b"),
        (b"\xff\\", "\\xff\\x5c"),
        (b"", ""),
        (b"x" * 1001, ""),
    ],
)
def test_a_label_is_read_without_its_mode(listening: str, tmp_path: Path, raw: bytes, label: str) -> None:
    assert daemon_label(listening, under(tmp_path, os.getpid(), raw)) == label


def test_without_apparmor_there_is_no_label(listening: str, tmp_path: Path) -> None:
    assert daemon_label(listening, tmp_path) == ""


def test_a_socket_that_systemd_opened_has_the_daemons_number_beside_it(
    listening: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "peer", lambda _path: 1)
    proc = under(under(tmp_path, 1, b"systemd (enforce)\n"), 4711, b"docker-dockerd (enforce)\n")
    assert daemon_label(listening, proc) == ""
    (tmp_path / "docker.pid").write_text("4711\n")
    assert daemon_label(listening, proc) == "docker-dockerd"
    (tmp_path / "docker.pid").write_text("no number")
    assert daemon_label(listening, proc) == ""


def test_a_socket_that_nobody_listens_at_has_no_label(tmp_path: Path) -> None:
    assert daemon_label(str(tmp_path / "absent"), tmp_path) == ""
