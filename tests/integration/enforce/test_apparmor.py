"""The AppArmor skeleton where it is enforced: what was done can be done, other files cannot be read."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from profilegen.containers.daemon import daemon_label
from tests.support.containers import BASE, docker, log, until
from tests.support.recorder import only, profilegen, record_command, recording

pytestmark = [pytest.mark.kernel, pytest.mark.engine, pytest.mark.vm]

NAME = "apparmor-enforced"
WORK = "ls /; cat /etc/hostname; id; echo text >/tmp/made; cat /tmp/made"
SERVICE = "apparmor-service"
SERVES = "trap 'exit 7' TERM; trap 'echo signalled' USR1; echo up; while :; do sleep 1; done"
ENGINES = ("podman", "crun", "/usr/sbin/runc", "snap.docker.dockerd")
STRANGER = "profilegen-test-stranger"
EVERYTHING = "file, capability, network, unix, signal, ptrace, mount, umount, pivot_root, change_profile,"
LISTENS = """
import socket, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
print(flush=True)
sys.stdin.read()
"""


def load(text: str) -> None:
    subprocess.run(["apparmor_parser", "-Kr"], input=text, text=True, check=True)


def emitted(folder: Path, name: str) -> tuple[str, ...]:
    """Emit and load; the options for ``docker run``."""
    done = profilegen("emit", str(folder / f"{name}.recording.json"), "-o", str(folder))
    assert done.status == 0, done.err
    profiles = folder / name
    load((profiles / "apparmor").read_text())
    loaded = Path("/sys/kernel/security/apparmor/profiles").read_text()
    assert f"profilegen-{name} (enforce)" in loaded
    return (
        *(profiles / "docker-run.args").read_text().split(),
        f"--security-opt=seccomp={profiles / 'seccomp.json'}",
        f"--security-opt=apparmor=profilegen-{name}",
    )


@contextmanager
def labels(*names: str) -> Iterator[None]:
    """Programs can run under these labels, and a program does whose path is one."""
    load("".join(f"profile {name} flags=(attach_disconnected) {{ {EVERYTHING} }}\n" for name in names))
    try:
        yield
    finally:
        for name in names:
            subprocess.run(["apparmor_parser", "-R"], input=f"profile {name} {{ }}\n", text=True, check=True)


def under(label: str, *command: str) -> int:
    """The status of a command that runs under this label."""
    return subprocess.run(
        ["aa-exec", "-p", label, "--", *command], stderr=subprocess.DEVNULL, check=False
    ).returncode


def started(*options: str) -> None:
    docker("run", "--detach", "--name", SERVICE, *options, BASE, "sh", "-c", SERVES)
    until(lambda: "up" in log(SERVICE), SERVICE, "its start")


def used() -> None:
    """An exec that reads, one that sends a signal, and the end by ``docker stop``: by a trap."""
    assert docker("exec", SERVICE, "cat", "/etc/hostname").strip()
    docker("exec", SERVICE, "sh", "-c", "kill -USR1 1")
    until(lambda: "signalled" in log(SERVICE), SERVICE, "the signal of an exec")
    docker("stop", "--time", "120", SERVICE)
    assert docker("inspect", "--format", "{{.State.ExitCode}}", SERVICE).strip() == "7"
    docker("rm", SERVICE)


def test_the_profile_allows_what_was_recorded_and_denies_the_rest(tmp_path: Path) -> None:
    done = record_command(tmp_path, "docker", "run", "--rm", "--name", NAME, BASE, "sh", "-c", WORK)
    assert done.status == 0, done.err
    options = emitted(tmp_path, NAME)
    assert "text" in docker("run", "--rm", *options, BASE, "sh", "-c", WORK)
    for forbidden in ("cat /etc/shadow", "echo text >/etc/made"):
        refused = subprocess.run(
            ["docker", "run", "--rm", *options, BASE, "sh", "-c", forbidden],
            capture_output=True,
            text=True,
            check=False,
        )
        assert refused.returncode != 0
        assert "Permission denied" in refused.stderr


def test_a_service_can_be_used_signalled_and_stopped(tmp_path: Path) -> None:
    """Also where runc has a profile of its own, which the engine's older profiles let send no signal."""
    try:
        with recording("-o", str(tmp_path), "--container", SERVICE):
            started()
            used()
        (container,) = only(tmp_path).containers
        assert (container.engine, container.daemon_label) in {("docker", "unconfined"), ("podman", "")}
        options = emitted(tmp_path, SERVICE)
        with labels(*ENGINES, STRANGER):
            started(*options)
            process = docker("inspect", "--format", "{{.State.Pid}}", SERVICE).strip()
            signal = ("kill", "-USR1", process)
            assert {label: under(label, *signal) for label in ENGINES} == dict.fromkeys(ENGINES, 0)
            assert under(STRANGER, *signal) != 0
            docker("kill", "--signal", "USR1", SERVICE)
            used()
    finally:
        subprocess.run(["docker", "rm", "--force", SERVICE], capture_output=True, check=False)


def test_the_label_of_a_daemon_is_read_from_its_socket(tmp_path: Path) -> None:
    path = str(tmp_path / "socket")
    command = ["aa-exec", "-p", STRANGER, "--", sys.executable, "-c", LISTENS, path]
    with (
        labels(STRANGER),
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process,
    ):
        assert process.stdout is not None
        process.stdout.readline()
        assert daemon_label(path) == STRANGER
        process.communicate()
