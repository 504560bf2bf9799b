"""The AppArmor label of the process behind a socket, with a real socket and a made-up /proc."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import APIClient

from profilegen.containers import daemon
from profilegen.containers.daemon import daemon_label
from profilegen.containers.engines.docker import DockerEngine
from profilegen.containers.registry import Registry


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


class OneContainer(APIClient):
    """A daemon at an address that nobody asks: it has one container."""

    def containers(self) -> list[dict[str, str]]:  # type: ignore[override]
        return [{"Id": "a" * 64}]

    def inspect_container(self, container: str) -> dict[str, str]:  # type: ignore[override]
        return {"Id": container, "Image": "sha256:b"}

    def inspect_image(self, image: str) -> dict[str, str]:
        return {"Id": image}


class Client:
    """Docker's SDK, as far as it is asked about one container."""

    def __init__(self, address: str) -> None:
        self.api = OneContainer(base_url=address, version="1.41")

    def version(self) -> dict[str, str]:
        return {}


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("unix:///run/x/docker.sock", "label of /run/x/docker.sock"),
        ("tcp://127.0.0.1:2375", ""),
    ],
)
def test_a_container_has_the_label_of_the_daemon_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, address: str, label: str
) -> None:
    monkeypatch.setattr("docker.from_env", lambda **_options: Client(address))
    monkeypatch.setattr("profilegen.containers.engines.docker.daemon_label", lambda path: f"label of {path}")
    (container,) = DockerEngine(Registry()).running()
    assert container.daemon_label == label
