"""Podman as root, on this machine with runc: it has no daemon, and it names containers as Docker does."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from profilegen.capabilities import Capability
from profilegen.recording import load
from tests.support.containers import BASE, PROGRAMS
from tests.support.forty import TWENTY_THREE
from tests.support.podman import podman, podman_with_images
from tests.support.recorder import calls, only, profilegen, record_command, recording

pytestmark = [pytest.mark.kernel, pytest.mark.engine]


@pytest.fixture(scope="module", autouse=True)
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with podman_with_images(tmp_path_factory.mktemp("podman")):
        yield


def test_who_it_was_is_known_though_it_is_gone(tmp_path: Path) -> None:
    """Six in turn that live for a few milliseconds: podman inspect comes too late for some."""
    script = f"for i in 1 2 3 4 5 6; do podman run --rm --name podman-$i {PROGRAMS} /calls23; done"
    done = record_command(tmp_path, "sh", "-euc", script)
    assert done.status == 0, done.err
    for number in range(1, 7):
        recorded = load(tmp_path / f"podman-{number}.recording.json")
        (container,) = recorded.containers
        assert (container.engine, container.runtime) == ("podman", "runc")
        assert container.engine_version
        assert container.runtime_version
        assert container.image == f"localhost/{PROGRAMS}:latest"
        assert (
            container.image_id == "sha256:" + podman("images", "--no-trunc", "--quiet", PROGRAMS).strip()[7:]
        )
        assert container.repo_digest is None
        assert calls(recorded) == TWENTY_THREE | {"exit_group"}


def test_images_are_chosen_by_their_short_name(tmp_path: Path) -> None:
    script = f"podman run --rm {BASE} true; podman run --rm --name podman-chosen {PROGRAMS} /calls23"
    done = record_command(tmp_path, "sh", "-euc", script, options=("--image", PROGRAMS))
    assert done.status == 0, done.err
    assert only(tmp_path).subject == "podman-chosen"


def test_its_profiles_start_it_again(tmp_path: Path) -> None:
    work = (BASE, "sh", "-c", "ls /; id; touch /tmp/x; chown 1 /tmp/x")
    done = record_command(tmp_path, "podman", "run", "--rm", "--name", "podman-work", *work)
    assert done.status == 0, done.err
    assert profilegen("emit", str(tmp_path / "podman-work.recording.json"), "-o", str(tmp_path)).status == 0
    folder = tmp_path / "podman-work"
    flags = (folder / "docker-run.args").read_text().split()
    assert flags == ["--cap-drop=ALL", "--cap-add=CHOWN"]
    under = ("run", "--rm", *flags, "--security-opt", f"seccomp={folder / 'seccomp.json'}")
    assert "uid=0" in podman(*under, *work)
    refused = subprocess.run(
        ["podman", *under, BASE, "unshare", "true"], capture_output=True, text=True, check=False
    )
    assert "unshare failed" in refused.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("podman", "run", BASE, "sh", "-c", "touch /tmp/x; chown 1 /tmp/x || exit 1; chroot / true || true"),
        ("sh", "-c", f"podman run $PROFILEGEN_ARGS_PODMAN_LESS {BASE} sh -c 'touch /tmp/x; chown 1 /tmp/x'"),
    ],
)
def test_its_profiles_are_made_smaller(command: tuple[str, ...], tmp_path: Path) -> None:
    """By podman run itself, or by a script that calls it; a control run ends in time, and nothing is left."""
    before = podman("ps", "--all", "--quiet")
    work = (BASE, "sh", "-c", "touch /tmp/x; chown 1 /tmp/x; chroot / true")
    done = record_command(tmp_path, "podman", "run", "--rm", "--name", "podman-less", *work)
    assert done.status == 0, done.err
    assert profilegen("emit", str(tmp_path / "podman-less.recording.json"), "-o", str(tmp_path)).status == 0
    done = profilegen("minimize", "--profiles", str(tmp_path), "--", *command)
    assert done.status == 0, done.err
    assert "control run: the tests fail" in done.err
    flags = (tmp_path / "podman-less" / "docker-run.args").read_text().split()
    assert flags == ["--cap-drop=ALL", "--cap-add=CHOWN"]
    assert podman("ps", "--all", "--quiet") == before


def test_one_that_runs_already_is_found_by_its_name(tmp_path: Path) -> None:
    podman("run", "--detach", "--name", "podman-late", BASE, "sleep", "inf")
    with recording("-o", str(tmp_path), "--container", "podman-late", status=5):
        podman("exec", "podman-late", "ls", "/")
    recorded = load(tmp_path / "podman-late.recording.json")
    assert recorded.containers[0].late
    assert "getdents64" in calls(recorded)


def test_a_user_is_given_what_cap_add_names_and_that_is_said(tmp_path: Path) -> None:
    """As ambient capabilities: without any file that has one, and without a check that shows who gave it."""
    run = ("podman", "run", "--rm", "--name", "podman-ambient", "--user", "65534")
    work = (BASE, "sh", "-c", "chroot / true")
    done = record_command(tmp_path, *run, "--cap-add=SYS_CHROOT", *work)
    assert done.status == 0, done.err
    (container,) = load(tmp_path / "podman-ambient.recording.json").containers
    assert container.ambient_set == (Capability.CAP_SYS_CHROOT,)
    done = profilegen("emit", str(tmp_path / "podman-ambient.recording.json"), "-o", str(tmp_path))
    assert ", which was given SYS_CHROOT as ambient capabilities" in done.err  # by whatever podman could name
    flags = (tmp_path / "podman-ambient" / "docker-run.args").read_text().split()
    assert flags == ["--cap-drop=ALL", "--cap-add=SYS_CHROOT"]
    under = (*flags, "--security-opt", f"seccomp={tmp_path / 'podman-ambient' / 'seccomp.json'}")
    podman(*run[1:], *under, *work)


def test_nothing_of_ours_goes_on_afterwards(tmp_path: Path) -> None:
    with recording("-o", str(tmp_path), "--container", "absent") as recorder:
        children = subprocess.run(
            ["pgrep", "--parent", str(recorder.process.pid), "--list-full"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "podman events" in children
        recorder.process.kill()
        recorder.process.wait()
        recorder.process.returncode = 0
    events = children.split()[0]
    done = subprocess.run(["tail", f"--pid={events}", "--follow", "/dev/null"], timeout=60, check=False)
    assert done.returncode == 0


def test_without_events_it_is_called_by_its_id(tmp_path: Path) -> None:
    with podman_with_images(tmp_path, events="none"):
        done = record_command(
            tmp_path / "recordings", "podman", "run", "--rm", "--cidfile", str(tmp_path / "id"), PROGRAMS
        )
    assert done.status == 0, done.err
    identity = (tmp_path / "id").read_text()
    assert f"no reachable engine knows container {identity[:12]}" in done.err
    assert only(tmp_path / "recordings").subject == identity[:12]
