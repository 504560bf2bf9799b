"""What the tests pass without is taken away, and tests that test nothing are found out."""

import json
from pathlib import Path

import pytest

from tests.support.containers import BASE, docker
from tests.support.recorder import Done, profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

NAME = "minimal"
SCRIPT = "touch /tmp/f; chown 1 /tmp/f || exit 1; chroot / true || true"
RUN = ("docker", "run", "--rm", "--network=none", BASE, "sh", "-c")  # a network, and the client may warn
FLAGS = "$PROFILEGEN_ARGS_MINIMAL"


@pytest.fixture(scope="module")
def emitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recording and the profiles of a container that needs CHOWN, and uses SYS_CHROOT too."""
    top = tmp_path_factory.mktemp(NAME)
    run = ("docker", "run", "--rm", "--name", NAME, BASE, "sh", "-c", SCRIPT)
    done = record_command(top, *run, options=("--container", NAME))
    assert done.status == 0, done.err
    emit(top, top)
    return top


@pytest.fixture
def profiles(emitted: Path, tmp_path: Path) -> Path:
    """The same in a folder that a test may change."""
    emit(emitted, tmp_path)
    return tmp_path


def emit(recordings: Path, profiles: Path) -> Done:
    done = profilegen("emit", str(recordings / f"{NAME}.recording.json"), "-o", str(profiles))
    assert done.status == 0, done.err
    return done


def minimize(profiles: Path, *words: str) -> Done:
    """Run it; no container may be left, started or created only."""
    done = profilegen("minimize", "--profiles", str(profiles), *words)
    assert not docker("ps", "--all", "--quiet", "--filter", "label=profilegen.enforce")
    return done


def flags(profiles: Path) -> str:
    return (profiles / NAME / "docker-run.args").read_text()


def files(profiles: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (profiles / NAME).iterdir()}


def test_what_the_tests_pass_without_is_taken_away(profiles: Path) -> None:
    """Under docker run itself, then as a script that starts it: the same."""
    before = files(profiles)
    run = ("docker", "run", "--name", "minimal-tested", BASE, "sh", "-c", SCRIPT)
    done = minimize(profiles, "--json", "--", *run)
    assert done.status == 0, done.err
    result = json.loads(done.out)
    assert set(result["needed"]) == {"CAP_CHOWN"}
    assert result["dispensable"]["CAP_SYS_CHROOT"].endswith("the tests pass without")
    assert "granted to /usr/sbin/chroot in chroot" in result["dispensable"]["CAP_SYS_CHROOT"]
    assert flags(profiles) == "--cap-drop=ALL\n--cap-add=CHOWN\n"
    assert "# without SYS_CHROOT: " in files(profiles)["capabilities.txt"]
    script = f"docker run --name minimal-script {FLAGS} {BASE} sh -c '{SCRIPT}'"
    done = minimize(profiles / NAME, "--", "sh", "-c", script)
    assert done.status == 0, done.err
    after = files(profiles)
    assert after["docker-run.args.before-minimize"] == before["docker-run.args"]
    assert json.loads(after["minimized.json"])["dispensable"] == result["dispensable"]


def test_the_calls_that_are_left_are_enough(profiles: Path) -> None:
    done = minimize(profiles, "--syscalls", "--", *RUN, SCRIPT)
    assert done.status == 0, done.err
    seccomp = profiles / NAME / "seccomp.json"
    enforced = (*flags(profiles).split(), f"--security-opt=seccomp={seccomp}")
    docker("run", "--rm", *enforced, BASE, "sh", "-c", SCRIPT)
    assert len(seccomp.read_text()) < len(files(profiles)["seccomp.json.before-minimize"])


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        (("docker", "run", "-d", BASE, "sh", "-c", SCRIPT), "docker run -d ends as soon as"),
        (("docker", "create", BASE), "docker create starts nothing"),
        (("sh", "-c", f"docker run -d {FLAGS} {BASE} sleep 30"), "killed at its start"),
        (("sh", "-c", f"docker run {FLAGS} {BASE} false || true"), "killed at its start"),
    ],
)
def test_a_command_that_passes_whatever_the_program_does_is_refused(
    profiles: Path, command: tuple[str, ...], cause: str
) -> None:
    """Nothing changes: every profile would become empty."""
    before = files(profiles)
    done = minimize(profiles, "--syscalls", "--", *command)
    assert done.status == 2, done.err
    assert cause in done.err
    assert "  next: " in done.err
    assert files(profiles) == before


def test_a_script_that_waits_for_a_detached_container_is_not(profiles: Path) -> None:
    waits = f"test $(docker wait $(docker run -d {FLAGS} {BASE} sh -c '{SCRIPT}')) = 0"
    done = minimize(profiles, "--", "sh", "-c", waits)
    assert done.status == 0, done.err
    assert flags(profiles) == "--cap-drop=ALL\n--cap-add=CHOWN\n"


def test_a_command_that_fails_with_everything_ends_it_with_its_last_lines(profiles: Path) -> None:
    done = minimize(profiles, "--", *RUN, "echo one; printf 'two\\033[31m\\n'; exit 3")
    assert done.status == 7
    assert "(status 3). Their last lines:\n  one\n  two\\x1b[31m\n  next: " in done.err


def test_a_command_that_starts_nothing_under_the_profiles_ends_it(profiles: Path) -> None:
    done = minimize(profiles, "--", "true")
    assert done.status == 4
    assert "PROFILEGEN_ARGS_MINIMAL" in done.err


def test_evidence_about_profiles_that_emit_replaces_is_set_aside(emitted: Path, profiles: Path) -> None:
    assert minimize(profiles, "--", *RUN, SCRIPT).status == 0
    evidence = files(profiles)["minimized.json"]
    done = emit(emitted, profiles)
    assert "minimized.json is about the profiles that were replaced: kept as minimized.json.orig" in done.err
    assert files(profiles)["minimized.json.orig"] == evidence
    assert "minimized.json" not in files(profiles)
