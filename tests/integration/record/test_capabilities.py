"""Which capabilities a real container needs, and why."""

import subprocess
from pathlib import Path

import pytest

from profilegen.capabilities import Capability
from profilegen.policy.capability_need import Need, need_of
from profilegen.recording import Recording
from tests.support.containers import BASE, PROGRAMS, docker
from tests.support.needs import EVERYTHING
from tests.support.recorder import calls, only, profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

PRIVILEGES = "profilegen-test/privileges"


def emitted(top: Path, name: str, *words: str) -> tuple[Recording, list[str]]:
    """Record a container of this name, emit into the same folder; the capabilities that are kept."""
    run = ("docker", "run", "--rm", "--network=none", "--name", name, *words)
    done = record_command(top, *run, options=("--container", name))
    assert done.status == 0, done.err
    done = profilegen("emit", str(top / f"{name}.recording.json"), "-o", str(top))
    assert done.status == 0, done.err
    flags = (top / name / "docker-run.args").read_text().splitlines()
    assert flags[0] == "--cap-drop=ALL"
    return only(top), [flag.removeprefix("--cap-add=") for flag in flags[1:]]


def test_ping_asks_for_nothing_and_needs_its_file_capability(tmp_path: Path) -> None:
    ping = ("ping", "-q", "-c", "1", "127.0.0.1")
    recording, kept = emitted(tmp_path, "ping", PRIVILEGES, *ping)
    (file,) = (file for file in recording.executed if file.path.endswith("/ping"))
    assert file.examined
    assert file.file_effective
    assert Capability.CAP_NET_RAW in file.file_capabilities
    assert kept == ["NET_RAW"]
    docker("run", "--rm", "--network=none", "--cap-drop=ALL", "--cap-add=NET_RAW", PRIVILEGES, *ping)
    without = ["docker", "run", "--rm", "--network=none", "--cap-drop=ALL", PRIVILEGES, *ping]
    assert subprocess.run(without, capture_output=True, check=False).returncode


UNCONFINED = "--security-opt=seccomp=unconfined"


def test_a_user_namespace_of_its_own_takes_what_its_map_does_and_no_more(tmp_path: Path) -> None:
    words = (UNCONFINED, BASE, "unshare", "-Ur", "sh", "-c", "chroot / true")
    recording, kept = emitted(tmp_path, "userns-inside", *words)
    assert kept == ["SETFCAP"]
    classes = {need_of(check) for check in recording.capabilities if check.granted}
    assert Need.OTHER_NAMESPACE in classes


def test_a_user_namespace_that_clone3_makes_is_one_too(tmp_path: Path) -> None:
    """No row of needs.py: under a profile clone3 is answered ENOSYS, and clone makes no namespace."""
    recording, kept = emitted(tmp_path, "clone3-root", UNCONFINED, PROGRAMS, "/rootmap", "clone3", "root")
    assert "clone3" in calls(recording)
    assert kept == ["SETFCAP"]


def test_copy_up_and_memory_need_none(tmp_path: Path) -> None:
    """With SYS_ADMIN in the bounding set, so that every check for memory is granted."""
    script = "echo >>/etc/bash.bashrc; mv /etc/issue /etc/other; ls / | sort"
    _, kept = emitted(tmp_path, "copyup", "--cap-add=SYS_ADMIN", BASE, "sh", "-c", script)
    assert kept == []


def test_one_need_among_a_million_checks_is_in(tmp_path: Path) -> None:
    recording, kept = emitted(tmp_path, "asks", "--cap-add=SYS_ADMIN", PROGRAMS, "/asks", "1000000")
    assert kept == ["MKNOD", "SYS_ADMIN", "SYS_CHROOT"]
    assert not recording.completeness.lost
    assert len(recording.capabilities) < 100
    (chroot,) = (c for c in recording.capabilities if c.capability is Capability.CAP_SYS_CHROOT)
    assert chroot.syscalls == ("chroot",)
    assert chroot.programs == ("/asks",)
    assert "chroot" in chroot.askers[0]


def test_writing_below_proc_sys_net_needs_net_admin_of_who_is_not_root(tmp_path: Path) -> None:
    """Every access asks, reads of root included; Docker protects the folder if nothing is said."""
    sysctl = ("/looks", "write", "/proc/sys/net/ipv4/ip_forward")
    open_paths = ("--security-opt=systempaths=unconfined", "--cap-add=NET_ADMIN", PROGRAMS)
    _, kept = emitted(tmp_path, "sysctl", *open_paths, *sysctl)
    assert kept == ["NET_ADMIN", "SETUID"]


def test_what_only_shows_less_is_named_and_not_kept(tmp_path: Path) -> None:
    run = (
        "docker",
        "run",
        "--rm",
        "--network=none",
        "--name=less",
        *EVERYTHING,
        PROGRAMS,
        "/looks",
        "process",
    )
    assert record_command(tmp_path, *run, options=("--container", "less")).status == 0
    done = profilegen("emit", str(tmp_path / "less.recording.json"), "-o", str(tmp_path))
    assert "SYS_PTRACE was looked at without audit and is not kept" in done.err
    assert "SYS_PTRACE" not in (tmp_path / "less" / "docker-run.args").read_text()
