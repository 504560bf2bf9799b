"""The kernel side's table of subjects: places are used again, and a container is known by its cgroup."""

import secrets
import subprocess
from pathlib import Path

import pytest

from profilegen.capabilities import Capability
from profilegen.recording import load
from profilegen.tracer.host.mounts import cgroup2_mount
from profilegen.tracer.observation import SubjectObservation
from tests.support.containers import BASE, container, docker
from tests.support.recorder import profilegen, recording
from tests.support.tracers import attached

pytestmark = [pytest.mark.kernel, pytest.mark.engine, pytest.mark.cell]

PLACES = 4096  # MAX_SUBJECTS of the kernel's part


def in_cgroup(folder: Path, *command: str) -> None:
    """Run in the cgroup with mounts of its own, as a container does."""
    enter = 'echo $$ > "$1/cgroup.procs"; shift; exec unshare --mount "$@"'
    subprocess.run(["sh", "-c", enter, "sh", str(folder), *command], check=True, stdout=subprocess.DEVNULL)


def ours(subjects: tuple[SubjectObservation, ...], prefix: str) -> list[SubjectObservation]:
    """Without the containers of other daemons."""
    return [seen for seen in subjects if seen.cgroup_path.startswith(f"/{prefix}")]


def test_more_cgroups_in_turn_than_there_are_places() -> None:
    prefix, top = secrets.token_hex(16), cgroup2_mount()
    first = top / (prefix + secrets.token_hex(16))
    taken = 0
    with attached() as tracer:
        first.mkdir()
        in_cgroup(first, "true")
        for number in range(PLACES + 1000):
            folder = top / (prefix + secrets.token_hex(16))
            folder.mkdir()
            folder.rmdir()
            if number % 500 == 0:
                taken += len(ours(tracer.take_ended().subjects, prefix))
        taken += len(ours(tracer.take_ended().subjects, prefix))
        folder.mkdir()
        in_cgroup(folder, "ls", "/proc/self")
        folder.rmdir()
        (last,) = ours(tracer.take_ended().subjects, prefix)
        observation = tracer.observe()
        first.rmdir()
    assert taken == PLACES + 1000
    assert not observation.lost
    (stayed,) = ours(observation.subjects, prefix)
    assert "/usr/bin/true" in {program.path for program in stayed.programs}
    assert {program.path for program in last.programs} >= {"/usr/bin/ls"}
    assert not set(last.files) & {"/usr/bin/true"}
    assert len(last.calls) > 20


def test_nothing_of_who_had_the_place_before_is_seen() -> None:
    prefix, top = secrets.token_hex(16), cgroup2_mount()
    folder = top / (prefix + secrets.token_hex(16))
    with attached() as tracer:
        for program in ("ls", "id", "true"):
            folder.mkdir()
            in_cgroup(folder, program)
            folder.rmdir()
            (seen,) = ours(tracer.take_ended().subjects, prefix)
            assert f"/usr/bin/{program}" in {one.path for one in seen.programs}
            assert (
                len({one.path for one in seen.programs} & {"/usr/bin/ls", "/usr/bin/id", "/usr/bin/true"})
                == 1
            )
            assert seen.started


def test_a_cgroup_far_down_is_a_container_by_its_name() -> None:
    """The kernel gives a tracepoint 1,023 characters of a path; an engine may be that deep in cgroups."""
    prefix, top = secrets.token_hex(16), cgroup2_mount()
    for depth, length in ((1, 200), (6, 200)):
        folders = [top]
        for _ in range(depth):
            folders.append(folders[-1] / (prefix + "x" * (length - len(prefix))))
        identity = secrets.token_hex(32)
        folders.append(folders[-1] / f"docker-{identity}.scope")
        with attached() as tracer:
            for folder in folders[1:]:
                folder.mkdir()
            in_cgroup(folders[-1], "true")
            for folder in reversed(folders[1:]):
                folder.rmdir()
            seen = [one for one in tracer.take_ended().subjects if identity in one.cgroup_path]
        assert [one.cgroup_path[-78:] for one in seen] == [f"/docker-{identity}.scope"]


def test_what_a_late_container_needs_is_known(tmp_path: Path) -> None:
    with (
        container("places-late", BASE, "sleep", "inf"),
        recording("-o", str(tmp_path), "--container", "places-late", status=5),
    ):
        docker("exec", "places-late", "sh", "-c", "touch /tmp/x; chown 1 /tmp/x")
    path = tmp_path / "places-late.recording.json"
    needed = [
        check
        for check in load(path).capabilities
        if check.granted and check.own_credentials and check.own_user_namespace
    ]
    assert [check.programs for check in needed if check.capability is Capability.CAP_CHOWN]
    done = profilegen("emit", str(path), "-o", str(tmp_path), "--allow-incomplete")
    assert done.status == 0, done.err
    assert "--cap-add=CHOWN" in (tmp_path / "places-late" / "docker-run.args").read_text()
