"""Rootless podman on a machine with systemd: the user who typed sudo has their own containers recorded."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from profilegen.recording import Recording, load
from tests.support.containers import PROGRAMS
from tests.support.forty import TWENTY_THREE
from tests.support.recorder import calls, only, recording

pytestmark = [pytest.mark.kernel, pytest.mark.rootless]

PERSON = "person"
"""An ordinary user with subordinate ids who may use sudo; scripts/in-vm makes it."""
HOME = Path("/home") / PERSON
BUSYBOX = "profilegen-test/busybox"


def as_person(line: str) -> subprocess.CompletedProcess[str]:
    """A line of the shell after a login of the person's, which is what makes a session of theirs."""
    return subprocess.run(["su", "-", PERSON, "-c", line], capture_output=True, text=True, check=False)


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    as_person("podman rm --all --force --time 0; rm -rf recordings profiles")


def recorded(line: str, name: str) -> Recording:
    """What `sudo profilegen record` saves of a line of the person's."""
    done = as_person(f"sudo profilegen record -o recordings -- {line}")
    assert done.returncode == 0, done.stderr
    path = HOME / "recordings" / f"{name}.recording.json"
    assert path.owner() == PERSON
    return load(path)


def test_under_sudo_the_persons_containers_have_their_names() -> None:
    found = recorded(f"podman run --rm --name rootless-calls {PROGRAMS} /calls23", "rootless-calls")
    (container,) = found.containers
    assert (container.engine, container.name) == ("podman", "rootless-calls")
    assert container.image == f"localhost/{PROGRAMS}:latest"
    assert calls(found) == TWENTY_THREE | {"exit_group"}


def test_the_profiles_start_it_again() -> None:
    work = f'{BUSYBOX} sh -c "ls /; touch /x; chown 1 /x"'
    recorded(f"podman run --rm --name rootless-work {work}", "rootless-work")
    emitted = as_person("profilegen emit recordings/rootless-work.recording.json -o profiles")
    assert emitted.returncode == 0, emitted.stderr
    folder = "profiles/rootless-work"
    under = f"podman run --rm $(cat {folder}/docker-run.args) --security-opt seccomp={folder}/seccomp.json"
    assert "--cap-add=CHOWN" in (HOME / folder / "docker-run.args").read_text()
    done = as_person(f"{under} {work}")
    assert done.returncode == 0, done.stderr
    assert "unshare" in as_person(f"{under} {BUSYBOX} unshare true").stderr


def test_one_that_runs_already_is_found_by_its_name() -> None:
    done = as_person(
        f"podman run --detach --name rootless-late {BUSYBOX} sleep inf; "
        "sudo profilegen record -o recordings --container rootless-late -- podman exec rootless-late ls /"
    )
    assert done.returncode == 0, done.stderr
    found = load(HOME / "recordings" / "rootless-late.recording.json")
    assert found.containers[0].late
    assert "getdents64" in calls(found)


def test_another_users_is_recorded_too(tmp_path: Path) -> None:
    """Root has not come from the person, whose podman is not asked then; the journal may name it."""
    with recording("-o", str(tmp_path)):
        done = as_person(f"podman run --rm --name rootless-other {PROGRAMS} /calls23")
        assert done.returncode == 0, done.stderr
    found = only(tmp_path)
    assert found.containers[0].engine == "podman"
    assert calls(found) == TWENTY_THREE | {"exit_group"}
