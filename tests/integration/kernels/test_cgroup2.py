"""cgroup v2 and nothing beside it, at the speed of this machine; most machines of today are so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.containers import PROGRAMS
from tests.support.daemon import V2_ALONE, Daemon, load_image, own_daemon
from tests.support.forty import FORTY
from tests.support.recorder import Done, calls, only, profilegen

pytestmark = [pytest.mark.kernel, pytest.mark.engine]


@pytest.fixture(scope="module")
def daemon() -> Iterator[Daemon]:
    with own_daemon(V2_ALONE) as started:
        load_image(started.host, PROGRAMS)
        yield started


def inside(daemon: Daemon, *arguments: str) -> Done:
    """`profilegen`, where the daemon sees its cgroups."""
    prefix = ("nsenter", "--mount", f"--target={daemon.pid}", "--wd=/")
    return profilegen(*arguments, environment={"DOCKER_HOST": daemon.host}, prefix=prefix)


@pytest.mark.parametrize("number", range(3))
def test_forty_of_forty_and_its_profile_holds(number: int, daemon: Daemon, tmp_path: Path) -> None:
    name = f"cgroup2-{number}"
    run = ("docker", "run", "--rm", "--network=none", "--name", name)
    recorded = ("record", "-o", str(tmp_path), "--container", name, "--")
    done = inside(daemon, *recorded, *run, PROGRAMS, "/calls40")
    assert done.status == 0, done.err
    assert calls(only(tmp_path)) == FORTY | {"exit_group"}
    assert only(tmp_path).containers[0].engine == "docker"

    assert profilegen("emit", str(tmp_path / f"{name}.recording.json"), "-o", str(tmp_path)).status == 0
    profile = f"--security-opt=seccomp={tmp_path / name / 'seccomp.json'}"
    done = inside(daemon, *recorded, *run, profile, "--cap-drop=ALL", PROGRAMS, "/calls40")
    assert done.status == 0, done.err
    assert only(tmp_path).refused == ()
    done = inside(daemon, *recorded, *run, profile, PROGRAMS, "/threads")
    assert done.status != 0
