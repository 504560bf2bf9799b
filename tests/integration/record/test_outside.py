"""Processes that come into a container from outside with more than it has need nothing of it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from profilegen.capabilities import Capability
from profilegen.policy.capability_need import need_of
from profilegen.recording import Recording, load
from profilegen.tracer.host.mounts import cgroup2_mount
from tests.support.containers import BASE, container, docker
from tests.support.recorder import calls, profilegen, recording

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

NAME = "visited"
WORK = ("sh", "-c", "chroot / cat /etc/hostname >/made && mkdir /folder")
"""Calls and checks that `sleep` does not make."""


def cgroup() -> Path:
    """The folder of the container's cgroup in the v2 tree."""
    (found,) = cgroup2_mount().rglob(docker("inspect", "--format", "{{.Id}}", NAME).strip() + "*")
    return found


def enter(*command: str, namespaces: tuple[str, ...] = (), prefix: tuple[str, ...] = ()) -> None:
    """Run a command in the cgroup and mounts of the container, with all that root of the host has."""
    process = docker("inspect", "--format", "{{.State.Pid}}", NAME).strip()
    entered = ["nsenter", "--target", process, "--mount", "--uts", *namespaces, "--", *command]
    wrapped = ["sh", "-c", f'echo $$ >{cgroup()}/cgroup.procs && exec "$@"', "sh", *prefix, *entered]
    subprocess.run(wrapped, check=True, capture_output=True)


@contextmanager
def recorded(folder: Path, *options: str, late: bool = False) -> Iterator[None]:
    """The container, recorded from its start on, or only while it runs already."""
    chosen = ("-o", str(folder), "--container", NAME)
    options = ("--stop-signal=SIGKILL", *options)
    if late:
        with container(NAME, BASE, "sleep", "600", options=options), recording(*chosen, status=5):
            yield
    else:
        with recording(*chosen), container(NAME, BASE, "sleep", "600", options=options):
            yield


def of(folder: Path) -> Recording:
    return load(folder / f"{NAME}.recording.json")


def needs(one: Recording) -> set[Capability]:
    return {check.capability for check in one.capabilities if need_of(check).counts}


@pytest.mark.parametrize("namespaces", [(), ("--pid",)], ids=["execs", "forks"])
@pytest.mark.parametrize("late", [False, True], ids=["seen", "late"])
def test_one_with_more_is_left_out_and_named(
    namespaces: tuple[str, ...], *, late: bool, tmp_path: Path
) -> None:
    with recorded(tmp_path, late=late):
        enter(*WORK, namespaces=namespaces)
    one = of(tmp_path)
    (found,) = one.containers
    assert [Path(program).name for program in found.left_out] == ["dash"]
    assert needs(one) == set()
    assert not calls(one) & {"mkdir", "chroot"}
    assert not [file.path for file in one.executed if file.path.endswith(("chroot", "cat", "dash"))]
    assert not [file.path for file in one.paths if file.path in {"/made", "/etc/hostname"}]
    options = ("--allow-incomplete",) if late else ()
    emitted = profilegen("emit", str(tmp_path), "-o", str(tmp_path / "p"), *options)
    assert emitted.status == 0, emitted.err
    assert "which came from outside with more capabilities than the container has" in emitted.err


@pytest.mark.parametrize("options", [(), ("--user", "nobody")], ids=["root", "user"])
def test_a_common_exec_is_the_containers(options: tuple[str, ...], tmp_path: Path) -> None:
    with recorded(tmp_path):
        docker("exec", *options, NAME, "sh", "-c", "mkdir /tmp/folder; chroot / true || true")
    one = of(tmp_path)
    assert one.containers[0].left_out == ()
    assert "mkdir" in calls(one)
    assert (Capability.CAP_SYS_CHROOT in needs(one)) is (not options)


def test_one_with_as_much_as_the_container_is_the_containers(tmp_path: Path) -> None:
    """A container that was given all, as --privileged does, but for what Docker 20.10 does not know."""
    without = ("setpriv", "--bounding-set=-perfmon,-bpf,-checkpoint_restore")
    with recorded(tmp_path, "--cap-add=ALL", "--cap-drop=SYS_RESOURCE", "--security-opt=seccomp=unconfined"):
        enter(*WORK, prefix=without)
    one = of(tmp_path)
    assert one.containers[0].left_out == ()
    assert {"mkdir", "chroot"} <= calls(one)
    assert Capability.CAP_SYS_CHROOT in needs(one)


def test_a_user_namespace_that_the_container_made_makes_nobody_an_outsider(tmp_path: Path) -> None:
    """Its full bounding set is worth nothing outside of it."""
    options = ("--security-opt=seccomp=unconfined",)
    with recorded(tmp_path, *options):
        docker("exec", NAME, "unshare", "-Ur", *WORK)
    one = of(tmp_path)
    assert one.containers[0].left_out == ()
    assert {"mkdir", "chroot", "unshare"} <= calls(one)
