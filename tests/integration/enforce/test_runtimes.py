"""Recorded under one container runtime, enforced under another: docker, cgroup v2 alone, runc and crun."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.containers import docker
from tests.support.daemon import V2_ALONE, Daemon, load_image, own_daemon
from tests.support.recorder import only, profilegen, recording
from tests.support.workloads import WORKLOADS, Workload, prints

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

CRUN = Path(__file__).parents[2] / "support" / "crun"
RUNTIMES = ("runc", "crun")
HERE = {
    **{name: WORKLOADS[name] for name in ("busybox", "database", "ls", "redis", "threads")},
    "portable": Workload("portable", "profilegen-test/portable", prints("portable: all done")),
}
each_workload = pytest.mark.parametrize("name", sorted(HERE))
each_way = pytest.mark.parametrize(("recorded_under", "other"), [RUNTIMES, RUNTIMES[::-1]])

Recorded = Callable[[str, str], Path]


@pytest.fixture(scope="module", autouse=True)
def daemon() -> Iterator[Daemon]:
    with own_daemon(V2_ALONE, f"--add-runtime=crun={CRUN}") as started:
        for image in sorted({workload.image for workload in HERE.values()}):
            load_image(started.host, image)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DOCKER_HOST", started.host)
            yield started


@pytest.fixture(scope="module")
def recorded(daemon: Daemon, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """The recording of a workload under a runtime, made once."""
    top = tmp_path_factory.mktemp("runtimes")
    prefix = ("nsenter", "--mount", f"--target={daemon.pid}", "--wd=/")  # where the daemon's cgroups are

    def record(name: str, runtime: str) -> Path:
        subject = f"profilegen-{name}"
        folder = top / runtime / name
        if not folder.exists():
            with (
                recording("-o", str(folder), "--container", subject, prefix=prefix),
                HERE[name].started(subject, f"--runtime={runtime}", "--network=none") as started,
            ):
                HERE[name].drive(started)
            assert only(folder).containers[0].runtime == runtime
        return folder / f"{subject}.recording.json"

    return record


def emitted(path: Path, folder: Path, *options: str) -> tuple[str, ...]:
    """Flags of `docker run` for the profiles of a recording."""
    done = profilegen("emit", str(path), "-o", str(folder), *options)
    assert done.status == 0, done.err
    profiles = folder / path.name.removesuffix(".recording.json")
    flags = (profiles / "docker-run.args").read_text().split()
    return (*flags, f"--security-opt=seccomp={profiles / 'seccomp.json'}", "--network=none")


@each_way
@each_workload
def test_with_any_it_works_under_both(
    name: str, recorded_under: str, other: str, recorded: Recorded, tmp_path: Path
) -> None:
    flags = emitted(recorded(name, recorded_under), tmp_path, "--runtime", "any")
    for runtime in (recorded_under, other):
        with HERE[name].started(f"profilegen-{name}-{runtime}", *flags, f"--runtime={runtime}") as started:
            HERE[name].drive(started)


@each_way
@each_workload
def test_with_the_other_it_works_under_that(
    name: str, recorded_under: str, other: str, recorded: Recorded, tmp_path: Path
) -> None:
    """Exact, so that no sibling of the program's helps the runtime."""
    flags = emitted(recorded(name, recorded_under), tmp_path, "--exact", "--runtime", other)
    with HERE[name].started(f"profilegen-{name}-{other}", *flags, f"--runtime={other}") as started:
        HERE[name].drive(started)


@each_way
def test_by_default_it_is_for_the_recorded_one_alone(
    recorded_under: str, other: str, recorded: Recorded, tmp_path: Path
) -> None:
    """A program that needs little lacks what the other one needs to start it."""
    flags = emitted(recorded("threads", recorded_under), tmp_path)
    words = ["docker", "run", "--rm", *flags, HERE["threads"].image, "/threads"]
    subprocess.run([*words[:3], f"--runtime={recorded_under}", *words[3:]], check=True)
    refused = subprocess.run([*words[:3], f"--runtime={other}", *words[3:]], capture_output=True, check=False)
    assert refused.returncode != 0


@each_way
def test_with_no_new_privileges_too(
    recorded_under: str, other: str, recorded: Recorded, tmp_path: Path
) -> None:
    """Whoever adds it to what was recorded without needs less."""
    flags = emitted(recorded("threads", recorded_under), tmp_path, "--exact", "--runtime", other)
    strict = ("--security-opt=no-new-privileges", f"--runtime={other}")
    assert "threads 4" in docker("run", "--rm", *flags, *strict, HERE["threads"].image, "/threads")


@each_way
def test_exec_works_as_another_user_and_with_a_terminal(
    recorded_under: str, other: str, recorded: Recorded, tmp_path: Path
) -> None:
    """Nobody did so while it was recorded: it is the baseline that has what this takes."""
    flags = emitted(recorded("redis", recorded_under), tmp_path, "--exact", "--runtime", other)
    with HERE["redis"].started("profilegen-redis-exec", *flags, f"--runtime={other}") as started:
        assert "PONG" in docker("exec", "--tty", "--user", "1000", started, "redis-cli", "PING")
