"""Filters that kill, filters that the runtime itself runs under, and calls that no tracepoint sees."""

import json
import secrets
import subprocess
from pathlib import Path

import pytest

from profilegen.recording import Phase, Recording, SeccompMode
from tests.support.containers import PROGRAMS, docker
from tests.support.forty import FORTY, PROFILES, SOURCES
from tests.support.recorder import calls, only, profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

SIGSYS_STATUS = 159  # 128 + 31


def record_run(directory: Path, name: str, program: str, *options: str) -> tuple[int, Recording]:
    """Status and recording of one container."""
    done = record_command(
        directory,
        *("docker", "run", "--rm", "--name", name, *options, PROGRAMS, program),
        options=("--container", name),
    )
    return done.status, only(directory)


def refusals(recording: Recording) -> list[tuple[str, int | None, tuple[str, ...]]]:
    """Name, errno and programs of each."""
    return [(call.name, call.errno, call.programs) for call in recording.refused]


@pytest.mark.parametrize("profile", ["kill-process", "trap", "kill-thread"])
def test_a_killed_program_has_its_last_call_refused_without_errno(tmp_path: Path, profile: str) -> None:
    """No tracepoint of calls fires for it: the signal tells."""
    name = f"filters-{profile}"
    option = f"--security-opt=seccomp={PROFILES}/{profile}.json"
    status, recorded = record_run(tmp_path, name, "/killed40", option)
    assert status == SIGSYS_STATUS
    assert refusals(recorded) == [("sysinfo", None, ("/killed40",))]
    assert calls(recorded) == FORTY


def test_a_thread_that_is_killed_alone_has_its_last_call_refused_without_errno(tmp_path: Path) -> None:
    """Without a signal, and the program goes on."""
    option = f"--security-opt=seccomp={PROFILES}/kill-thread.json"
    status, recorded = record_run(tmp_path, "filters-thread", "/killedthread40", option)
    assert status == 0
    assert refusals(recorded) == [("sysinfo", None, ("/killedthread40",))]
    assert calls(recorded) - {"futex"} == FORTY | {"clone", "exit_group"}


def test_a_program_that_uses_the_vsyscall_page_runs_under_its_profile(tmp_path: Path) -> None:
    """The call is never seen, and the profile that lacks it is felt all the same."""
    name = "filters-vsyscall"
    status, recorded = record_run(tmp_path / "recordings", name, "/vsyscall")
    assert status == 0
    assert "time" not in calls(recorded)
    emitted = profilegen(
        "emit", str(tmp_path / "recordings" / f"{name}.recording.json"), "-o", str(tmp_path / "profiles")
    )
    assert emitted.status == 0, emitted.err
    profile = tmp_path / "profiles" / name / "seccomp.json"
    flags = (profile.parent / "docker-run.args").read_text().split()
    run = ("run", "--rm", "--name", name, *flags)
    docker(*run, f"--security-opt=seccomp={profile}", PROGRAMS, "/vsyscall")

    content = json.loads(profile.read_text())
    for rule in content["syscalls"]:
        rule["names"] = [call for call in rule["names"] if call != "time"]
    without = tmp_path / "without.json"
    without.write_text(json.dumps(content))
    with pytest.raises(AssertionError, match=r": 1\n"):
        docker(*run, f"--security-opt=seccomp={without}", PROGRAMS, "/vsyscall")


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    """What runs outside of images: they may have been built elsewhere."""
    subprocess.run(["make", "-s", "-C", str(SOURCES), "build/calls40", "build/underfilter"], check=True)


def bundle(directory: Path, container: str, seccomp: dict[str, str] | None) -> Path:
    """An OCI bundle of /calls40 whose cgroup an engine could have named."""
    (directory / "rootfs").mkdir(parents=True)
    (directory / "rootfs" / "calls40").write_bytes((SOURCES / "build" / "calls40").read_bytes())
    (directory / "rootfs" / "calls40").chmod(0o755)
    subprocess.run(["runc", "spec", "--bundle", str(directory)], check=True)
    config = json.loads((directory / "config.json").read_text())
    config["process"] |= {"args": ["/calls40"], "terminal": False}
    config["linux"] |= {"cgroupsPath": f"/{container}", "seccomp": seccomp}
    (directory / "config.json").write_text(json.dumps(config))
    return directory


def run_under_a_filter(directory: Path, seccomp: dict[str, str] | None) -> Recording:
    """Record runc that has a seccomp filter of its own, as in a confined service or a container."""
    container = secrets.token_hex(32)
    runc = ("runc", "--root", str(directory / "state"), "run", "--bundle")
    done = record_command(
        directory / "recordings",
        *(str(SOURCES / "build" / "underfilter"), *runc),
        *(str(bundle(directory / "bundle", container, seccomp)), container),
        options=("--container", container),
    )
    assert done.status == 0, done.err
    return only(directory / "recordings")


def test_filters_of_the_runtimes_own_are_not_the_containers(tmp_path: Path) -> None:
    """All that runc does has mode FILTER, its set-up included; the container's filter is the one above."""
    recorded = run_under_a_filter(tmp_path, {"defaultAction": "SCMP_ACT_ALLOW"})
    assert recorded.containers[0].seccomp is SeccompMode.FILTER
    assert calls(recorded) == FORTY | {"exit_group"}
    assert "execve" in calls(recorded, Phase.RUNTIME)
    assert not calls(recorded, Phase.RUNTIME) & {"mount", "pivot_root", "sethostname", "unshare"}


def test_a_container_without_a_filter_under_a_runtime_with_one(tmp_path: Path) -> None:
    """Recorded from its execve on, and said to be unconfined: the filter that it has is the runtime's."""
    recorded = run_under_a_filter(tmp_path, None)
    assert recorded.containers[0].seccomp is SeccompMode.UNCONFINED
    assert calls(recorded) == FORTY | {"exit_group"}
    assert not calls(recorded, Phase.RUNTIME)
