"""Arguments of calls: recorded exactly, bounded, and the profile lets nothing but these through."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from profilegen.abi import Abi
from profilegen.recording import Phase, Recording, SeccompProfile
from profilegen.tables.arguments import MAX_COMBINATIONS
from tests.support.containers import DEADLINE, PROGRAMS, docker
from tests.support.forty import SOURCES
from tests.support.podman import podman_with_images
from tests.support.recorded import Recorded
from tests.support.recorder import only, profilegen, record_command, recording
from tests.support.workloads import WORKLOADS

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

NATIVE = Abi.of_machine()
LISTED = [("arguments", NATIVE), *([("arguments32", Abi.I386)] if NATIVE is Abi.X86_64 else [])]
ALLOW = {"defaultAction": "SCMP_ACT_ALLOW", "architectures": [abi.scmp for _, abi in LISTED]}
FORBIDDEN = SOURCES / "build/forbidden"
PROBES = SOURCES / "build/probes"
MOMENTS = SOURCES / "build/moments"
RUNS = int(os.environ.get("PROFILEGEN_RUNS", "3"))
REFUSED = {
    ("socket", ((0, 38), (1, 5))),
    ("socket", ((0, 40), (1, 1))),
    ("clone", ((0, 0x10000000),)),
    ("unshare", ((0, 0xFFFFFFFF),)),
    ("personality", ((0, 0x400000),)),
}


def record_allowed(tmp_path: Path, program: str) -> Recording:
    """Its recording under a filter that lets everything through."""
    profile = tmp_path / "allow.json"
    profile.write_text(json.dumps(ALLOW))
    name = f"arguments-{program}"
    run = ("docker", "run", "--rm", "--network=none", "--name", name, f"--security-opt=seccomp={profile}")
    done = record_command(tmp_path, *run, PROGRAMS, f"/{program}", options=("--container", name))
    assert done.status == 0, done.err
    return only(tmp_path)


def of_program(recorded: Recording) -> set[tuple[str, str, tuple[int, ...]]]:
    """ABI, name and values of what it called itself."""
    return {
        (item.abi, item.name, tuple(value for _, value in item.values))
        for item in recorded.arguments
        if Phase.APP in item.phases
    }


@pytest.mark.cell
@pytest.mark.parametrize(("program", "abi"), LISTED)
def test_a_program_gives_exactly_the_arguments_of_its_list(program: str, abi: Abi, tmp_path: Path) -> None:
    """23 pairs of sockets, flags of clone, options and requests; the noise around them is not recorded."""
    lines = [line.split() for line in (SOURCES / "arguments.txt").read_text().splitlines()]
    expected = {(abi, name, tuple(int(value, 0) for value in values)) for name, *values in lines}
    assert len([line for line in lines if line[0] == "socket"]) == 23
    assert len(expected) == len(lines) == 64
    assert of_program(record_allowed(tmp_path, program)) == expected


@pytest.mark.cell
def test_100_000_requests_of_ioctl_are_one_anything(tmp_path: Path) -> None:
    """From two threads; what it called besides is not lost, and the profile says why it has no condition."""
    recorded = record_allowed(tmp_path, "requests")
    flooded, *smallest = [item for item in recorded.arguments if item.name == "ioctl"]
    assert (flooded.anything, flooded.values) == (True, ())
    assert len(smallest) == MAX_COMBINATIONS
    assert not recorded.completeness.lost
    rare = {(name, values) for _, name, values in of_program(recorded)}
    assert rare >= {("prctl", (16,)), ("socket", (16, 3)), ("clone", (0,))}

    path = next(tmp_path.glob("*.recording.json"))
    done = profilegen("emit", str(path), "--args", "strict", "-o", str(tmp_path / "profiles"))
    assert done.status == 0, done.err
    assert "ioctl was called with more than 64 combinations of arguments: it is allowed with any" in done.err
    seccomp = json.loads((tmp_path / "profiles" / recorded.subject / "seccomp.json").read_text())
    conditions = {name: "args" in rule for rule in seccomp["syscalls"] for name in rule["names"]}
    assert (conditions["ioctl"], conditions["prctl"], conditions["socket"]) == (False, True, True)


def test_100_000_refused_arguments_are_one_anything_and_no_gap(tmp_path: Path) -> None:
    """Under a profile that is not Docker's; what was seen and will be refused is said."""
    profile = tmp_path / "no-personality.json"
    rule = {"names": ["personality"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}
    profile.write_text(json.dumps(ALLOW | {"syscalls": [rule]}))
    done = record_command(
        tmp_path,
        *("docker", "run", "--rm", "--network=none", "--name", "probes", f"--security-opt=seccomp={profile}"),
        *(f"--volume={PROBES}:/probes:ro", PROGRAMS, "/probes"),
        options=("--container", "probes"),
    )
    assert done.status == 0, done.err
    assert "; refused: personality (EPERM, with anything, to /probes)" in done.err
    recorded = only(tmp_path)
    assert not recorded.completeness.lost
    assert [(item.name, item.errno, item.values, item.anything) for item in recorded.refused] == [
        ("personality", 1, (), True)
    ]
    assert [one.seccomp_profile for one in recorded.containers] == [SeccompProfile.CUSTOM]
    assert len([item for item in recorded.arguments if item.name == "socket"]) == MAX_COMBINATIONS + 1

    path = next(tmp_path.glob("*.recording.json"))
    emitted = profilegen("emit", str(path), "-o", str(tmp_path / "profiles"))
    assert emitted.status == 0, emitted.err
    by_whom = "personality was refused while recording by the profile that the container ran under"
    assert f"{by_whom}, Docker's default would have allowed it" in emitted.err
    assert "seen, and refused by this profile: socket with argument 0 = 38" in emitted.err
    seccomp = json.loads((tmp_path / "profiles" / recorded.subject / "seccomp.json").read_text())
    assert "personality" not in {name for rule in seccomp["syscalls"] for name in rule["names"]}


def refused(recorded: Recording) -> set[tuple[str, tuple[tuple[int, int], ...]]]:
    """Names with arguments of what the filter answered."""
    return {(item.name, item.values) for item in recorded.refused}


def options(recorded: Recorded, args: str, folder: Path, *more: str) -> tuple[str, ...]:
    """Flags of `docker run` for profiles of the recording, with so many conditions."""
    (path,) = recorded.recordings.glob("*.recording.json")
    done = profilegen("emit", str(path), "--args", args, "-o", str(folder), *more)
    assert done.status == 0, done.err
    profiles = folder / recorded.recording.subject
    return Recorded(recorded.recording, recorded.recordings, profiles).options()


@pytest.mark.parametrize("args", ["none", "default", "strict"])
@pytest.mark.parametrize("name", ["nginx", "redis"])
def test_a_server_works_and_what_it_never_did_is_refused(
    name: str, args: str, recorded: Callable[[str], Recorded], tmp_path: Path
) -> None:
    """Also in a process that `docker exec` starts in it."""
    first = recorded(name)
    enforced = f"arguments-{name}-{args}"
    with (
        recording("-o", str(tmp_path), "--container", enforced),
        WORKLOADS[name].started(enforced, *options(first, args, tmp_path)) as started,
    ):
        WORKLOADS[name].drive(started)
        docker("cp", str(FORBIDDEN), f"{started}:/forbidden")
        subprocess.run(["docker", "exec", started, "/forbidden"], check=False)
    again = refused(only(tmp_path))
    assert again >= REFUSED
    assert {name for name, _ in again - REFUSED} <= {name for name, _ in refused(first.recording)}


UNDER_CRUN = """
    mount --make-rprivate /
    umount --recursive /sys/fs/cgroup
    mount -t cgroup2 none /sys/fs/cgroup
    program=$1; shift
    podman run --detach --cgroups=disabled --name redis "$@"
    until podman exec redis redis-cli -e PING; do sleep 0.1; done
    podman exec redis redis-benchmark --csv -n 2000 -c 50 -t ping,set,get,incr,lpush,mset
    podman exec redis redis-cli -e SET answer 42
    podman exec redis redis-cli -e BGSAVE
    until podman exec redis redis-cli INFO persistence | grep rdb_bgsave_in_progress:0; do sleep 0.1; done
    podman exec redis redis-cli INFO persistence | grep rdb_last_bgsave_status:ok
    podman exec redis redis-cli GET answer
    podman cp "$program" redis:/forbidden
    status=0; podman exec redis /forbidden || status=$?
    echo "forbidden $status"
"""
REDIS = "profilegen-test/redis"


@pytest.mark.parametrize("args", ["default", "strict"])
def test_redis_works_under_crun_and_what_it_never_did_is_refused(
    args: str, recorded: Callable[[str], Recorded], tmp_path: Path
) -> None:
    """Recorded under runc; in a mount namespace with cgroup v2 alone, which crun asks for."""
    flags = options(recorded("redis"), args, tmp_path, "--runtime=crun")
    with podman_with_images(tmp_path, "crun", images=(REDIS,)):
        command = ("unshare", "--mount", "sh", "-euc", UNDER_CRUN, "sh", str(FORBIDDEN), *flags)
        done = subprocess.run(
            [*command, f"localhost/{REDIS}"], capture_output=True, text=True, timeout=DEADLINE, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == f"forbidden {len(REFUSED)}", done.stdout
    assert all(f'"{kind}' in done.stdout for kind in ("PING_INLINE", "SET", "GET", "INCR", "LPUSH", "MSET"))


def run_strictly(profiles: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """`docker run` under profiles with every condition."""
    flags = (profiles / "docker-run.args").read_text().split()
    seccomp = ("--security-opt", f"seccomp={profiles / 'seccomp.json'}")
    run = ("docker", "run", "--rm", "--network=none", *flags, *seccomp, *command)
    return subprocess.run(run, capture_output=True, text=True, check=False)


def strict_profiles(tmp_path: Path, name: str, *command: str) -> Path:
    """The profiles of one run of `docker run COMMAND`."""
    run = ("docker", "run", "--rm", "--network=none", "--name", name, *command)
    done = record_command(tmp_path, *run, options=("--container", name))
    assert done.status == 0, done.err
    path = next(tmp_path.glob("*.recording.json"))
    emitted = profilegen("emit", str(path), "--args", "strict", "-o", str(tmp_path / "profiles"))
    assert emitted.status == 0, emitted.err
    return tmp_path / "profiles" / only(tmp_path).subject


TRACERS = {
    "strace": ("profilegen-test/strace", "strace", "-f", "ls", "/"),
    "gdb": ("profilegen-test/gdb", "gdb", "-batch", "-ex", "run", "--args", "/bin/ls", "/"),
    "gdb-threads": ("profilegen-test/gdb", "gdb", "-batch", "-ex", "run", "/threads"),
}


@pytest.mark.parametrize("name", sorted(TRACERS))
def test_a_tracer_recorded_once_works_every_time(name: str, tmp_path: Path) -> None:
    """PROFILEGEN_RUNS says how often; without `pause` strace failed in four of twenty."""
    profiles = strict_profiles(tmp_path, f"once-{name}", *TRACERS[name])
    ends = [run_strictly(profiles, *TRACERS[name]) for _ in range(RUNS)]
    assert [done.returncode for done in ends] == [0] * RUNS, [done.stderr for done in ends if done.returncode]


def test_what_a_moment_decides_is_allowed_and_nothing_else(tmp_path: Path) -> None:
    """Recorded with a free lock and a tracee that never stops; without profiles nothing is refused."""
    program = (f"--volume={MOMENTS}:/moments:ro", PROGRAMS, "/moments")
    profiles = strict_profiles(tmp_path, "moments", *program)
    late, other = run_strictly(profiles, *program, "late"), run_strictly(profiles, *program, "other")
    assert (late.returncode, late.stderr) == (0, "")
    assert (other.returncode, other.stdout) == (0, "refused 5\n")
    assert docker("run", "--rm", *program, "other") == "refused 0\n"
