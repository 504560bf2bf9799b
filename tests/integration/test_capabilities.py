"""Which capabilities a real container needs, and why."""

import json
import subprocess
from pathlib import Path

import pytest

from profilegen.capabilities import Capability
from profilegen.policy.capability_class import CapabilityClass, capability_class
from profilegen.recording import Recording
from tests.integration.containers import BASE, PROGRAMS, docker
from tests.integration.recorder import only, profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

PRIVILEGES = "profilegen-test/privileges"


def emitted(top: Path, name: str, *words: str) -> tuple[Recording, list[str]]:
    """Record a container of this name, emit into the same folder; the capabilities that are kept."""
    run = ("docker", "run", "--rm", "--network=none", "--name", name, *words)
    done = record_command(top, *run, options=("--container", name))
    assert done.status == 0, done.err
    done = profilegen("emit", str(top / f"{name}.recording.json"), "-o", str(top))
    assert done.status == 0, done.err
    flags = (top / name / "docker-run.args").read_text().splitlines()
    assert flags[0] == "--cap-drop=ALL"
    return only(top), [flag.removeprefix("--cap-add=") for flag in flags[1:]]


def test_ping_asks_for_nothing_and_needs_its_file_capability(tmp_path: Path) -> None:
    ping = ("ping", "-q", "-c", "1", "127.0.0.1")
    recording, kept = emitted(tmp_path, "ping", PRIVILEGES, *ping)
    (file,) = (file for file in recording.executed if file.path.endswith("/ping"))
    assert file.examined
    assert file.file_effective
    assert Capability.CAP_NET_RAW in file.file_capabilities
    assert kept == ["NET_RAW"]
    docker("run", "--rm", "--network=none", "--cap-drop=ALL", "--cap-add=NET_RAW", PRIVILEGES, *ping)
    without = ["docker", "run", "--rm", "--network=none", "--cap-drop=ALL", PRIVILEGES, *ping]
    assert subprocess.run(without, capture_output=True, check=False).returncode


def test_a_user_namespace_of_its_own_adds_none(tmp_path: Path) -> None:
    words = ("--security-opt=seccomp=unconfined", BASE, "unshare", "-Ur", "sh", "-c", "chroot / true")
    recording, kept = emitted(tmp_path, "userns-inside", *words)
    assert kept == []
    classes = {capability_class(check) for check in recording.capabilities if check.granted}
    assert CapabilityClass.OTHER_NAMESPACE in classes


def test_copy_up_and_memory_need_none(tmp_path: Path) -> None:
    """With SYS_ADMIN in the bounding set, so that every check for memory is granted."""
    script = "echo >>/etc/bash.bashrc; mv /etc/issue /etc/other; ls / | sort"
    _, kept = emitted(tmp_path, "copyup", "--cap-add=SYS_ADMIN", BASE, "sh", "-c", script)
    assert kept == []


def test_one_need_among_a_million_checks_is_in(tmp_path: Path) -> None:
    recording, kept = emitted(tmp_path, "asks", "--cap-add=SYS_ADMIN", PROGRAMS, "/asks", "1000000")
    assert kept == ["MKNOD", "SYS_ADMIN", "SYS_CHROOT"]
    assert not recording.completeness.lost
    assert len(recording.capabilities) < 100
    (chroot,) = (c for c in recording.capabilities if c.capability is Capability.CAP_SYS_CHROOT)
    assert chroot.syscalls == ("chroot",)
    assert chroot.programs == ("/asks",)
    assert "chroot" in chroot.askers[0]


class TestMinimize:
    SCRIPT = "touch /tmp/f; chown 1 /tmp/f || exit 1; chroot / true || true"

    @pytest.fixture
    def profiles(self, tmp_path: Path) -> Path:
        _, kept = emitted(tmp_path, "minimal", BASE, "sh", "-c", self.SCRIPT)
        assert kept == ["CHOWN", "SYS_CHROOT"]
        return tmp_path

    def test_what_the_tests_pass_without_is_taken_away(self, profiles: Path) -> None:
        """Under docker run itself, then as a script that starts it: the same, and no container is left."""
        run = ("docker", "run", "--name", "minimal-tested", BASE, "sh", "-c", self.SCRIPT)
        done = profilegen("minimize", "--profiles", str(profiles), "--json", "--", *run)
        assert done.status == 0, done.err
        result = json.loads(done.out)
        assert set(result["needed"]) == {"CAP_CHOWN"}
        assert result["dispensable"]["CAP_SYS_CHROOT"].endswith("the tests pass without")
        assert "granted to /usr/sbin/chroot in chroot" in result["dispensable"]["CAP_SYS_CHROOT"]
        assert (profiles / "minimal" / "docker-run.args").read_text() == "--cap-drop=ALL\n--cap-add=CHOWN\n"
        assert "# without SYS_CHROOT: " in (profiles / "minimal" / "capabilities.txt").read_text()
        script = f"docker run --name minimal-script $PROFILEGEN_ARGS_MINIMAL {BASE} sh -c '{self.SCRIPT}'"
        done = profilegen("minimize", "--profiles", str(profiles), "--", "sh", "-c", script)
        assert done.status == 0, done.err
        assert not docker("ps", "--all", "--quiet", "--filter", "name=minimal")

    def test_a_command_that_fails_with_everything_ends_it(self, profiles: Path) -> None:
        command = ("docker", "run", "--rm", BASE, "sh", "-c", "echo broken; false")
        done = profilegen("minimize", "--profiles", str(profiles), "--", *command)
        assert done.status == 7
        assert "broken" in done.err

    def test_a_command_that_starts_nothing_under_the_profiles_ends_it(self, profiles: Path) -> None:
        done = profilegen("minimize", "--profiles", str(profiles), "--", "true")
        assert done.status == 4
        assert "PROFILEGEN_ARGS_MINIMAL" in done.err
