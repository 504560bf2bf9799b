"""The circumstances in which 40 rare calls are made: see `forty.Case`."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from profilegen.abi import Abi
from profilegen.tracer.host.mounts import cgroup2_mount
from tests.support.containers import PROGRAMS, container, docker, log, state, until
from tests.support.forty import FORTY, PROFILES, TWENTY_THREE, Case

END = frozenset({"exit_group"})
MACHINE = Abi.of_machine()
FORK = "fork" if MACHINE is Abi.X86_64 else "clone"
PAUSE = "pause" if MACHINE is Abi.X86_64 else "ppoll"


def runs(program: str, *options: str) -> Callable[[str], None]:
    """`docker run` to the container's end, whose status must be 0."""

    def run(name: str) -> None:
        docker("run", "--rm", "--name", name, *options, PROGRAMS, program)

    return run


def moved_to_a_nested_cgroup(name: str) -> None:
    """A cgroup below the container's, as a systemd inside would make, and the program moves there."""
    command = ["docker", "run", "--rm", "--interactive", "--name", name, PROGRAMS, "/waits40"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        assert client.stdout.readline() == b"waiting\n"
        pid = docker("inspect", "--format", "{{.State.Pid}}", name).strip()
        inner = cgroup_of(pid) / "inner"
        inner.mkdir()
        (inner / "cgroup.procs").write_text(pid)
        assert cgroup_of(pid) == inner
        client.communicate(b"\n")
    assert client.returncode == 0


def cgroup_of(pid: str) -> Path:
    """Its folder in the v2 tree."""
    lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    (path,) = [line.removeprefix("0::/") for line in lines if line.startswith("0::")]
    return Path(cgroup2_mount()) / path


def makes_a_nested_cgroup(name: str) -> None:
    """A shell in the container mounts the v2 tree, makes a cgroup below its own and moves there."""
    script = """
        mkdir /tree
        mount -t cgroup2 none /tree
        inner=/tree$(sed -n s/^0:://p /proc/self/cgroup)/inner
        mkdir $inner
        echo $$ > $inner/cgroup.procs
        exec /calls40
    """
    options = ("--cap-add=SYS_ADMIN", "--security-opt=apparmor=unconfined")
    docker("run", "--rm", "--name", name, *options, "profilegen-test/strace", "sh", "-euc", script)


@contextmanager
def spinning(name: str) -> Iterator[None]:
    """Four programs of one container make the 40 calls over and over; the first round is done."""
    with container(name, PROGRAMS, "/spin40"):
        until(lambda: "spinning" in log(name), name, "the first round")
        yield
        docker("kill", name)


def starts_on_a_busy_machine(name: str) -> None:
    """Another container has made exactly these calls, and both processors are kept busy with them."""
    with spinning(f"{name}-busy"):
        runs("/calls40")(name)


def is_killed(name: str) -> None:
    """By `docker kill`, in the middle of it."""
    with spinning(name):
        pass


def is_executed_in(name: str) -> None:
    """By `docker exec` in a container that does nothing."""
    with container(name, PROGRAMS, "/waits40", options=("--interactive",)):
        docker("exec", name, "/calls40")
        docker("kill", name)


def is_restarted(name: str) -> None:
    """Twice, by policy: the first run makes other calls than the two that follow."""
    with container(name, PROGRAMS, "/restarted40", options=("--restart=on-failure:2",)):
        while state(name) != "exited":  # running or restarting; three ends at most
            docker("wait", name)
        assert docker("inspect", "--format", "{{.RestartCount}}", name) == "2\n"


CASES = {
    case.name: case
    for case in (
        Case("at-once", runs("/calls40")),
        Case("thirty-milliseconds", runs("/brief40"), besides=END | {"nanosleep"}),
        Case(
            "leader-ends-first",
            runs("/leaderless40"),
            besides=END | {"set_tid_address", "clone", "exit", "futex"},
        ),
        Case(
            "own-mount-namespace",
            runs("/unshare40", "--cap-add=SYS_ADMIN", f"--security-opt=seccomp={PROFILES}/allow.json"),
            besides=END | {FORK, "unshare", "wait4"},
        ),
        Case("nested-cgroup-of-the-host", moved_to_a_nested_cgroup, besides=END | {"read", "write"}),
        Case("nested-cgroup-of-its-own", makes_a_nested_cgroup, besides=None),
        Case("busy-machine", starts_on_a_busy_machine),
        Case("killed", is_killed, besides=frozenset({FORK, "alarm", "write", "wait4"})),
        Case("docker-exec", is_executed_in, besides=END | {"read", "write"}),
        Case("restarted", is_restarted, FORTY | TWENTY_THREE, END | {"openat", FORK, "wait4", "execve"}),
        Case(
            "across-fork-and-exec", runs("/phases40"), FORTY | TWENTY_THREE, END | {FORK, "wait4", "execve"}
        ),
        Case(
            "executed-by-a-thread",
            runs("/threadexec40"),
            besides=END | {"prctl", "clone", PAUSE, "execve"},
        ),
        Case("own-filter", runs("/ownfilter40"), besides=END | {"prctl", "execve"}),
        Case("init", runs("/calls40", "--init"), besides=None),
        Case("no-new-privileges", runs("/calls40", "--security-opt=no-new-privileges")),
        Case(
            "int80",
            runs("/compat40"),
            frozenset(f"i386:{name}" for name in FORTY),
            frozenset({"i386:exit_group"}),
        ),
    )
    if case.name != "int80" or MACHINE is Abi.X86_64
}
