"""Containers whose root is nobody on the host, under a daemon of their own."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from profilegen.capabilities import Capability
from profilegen.recording import Phase
from tests.integration.containers import DEADLINE, PROGRAMS, docker
from tests.integration.forty import FORTY
from tests.integration.recorder import calls, only, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

# games: a user and a group that Debian has. In mount and network namespaces of its own, so that the ranges
# are for this daemon alone, and another one keeps its bridge.
DAEMON = """
    mount --make-rprivate /
    mount -t tmpfs none /mnt
    for file in subuid subgid; do
        echo games:100000:65536 > /mnt/$file
        touch /etc/$file
        mount --bind /mnt/$file /etc/$file
    done
    exec dockerd --userns-remap=games --bridge=none --iptables=false --ip6tables=false \
        --host="unix://$1/socket" --data-root="$1/data" --exec-root="$1/exec" --pidfile="$1/pid"
"""


@contextmanager
def remapping_daemon() -> Iterator[str]:
    """DOCKER_HOST of a daemon with --userns-remap; gone at the end of the block with all that it had."""
    with tempfile.TemporaryDirectory(prefix="profilegen-userns.", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # the remapped root passes through
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["unshare", "--mount", "--net", "sh", "-euc", DAEMON, "sh", folder],
                stdout=output,
                stderr=output,
            )
        host = f"unix://{folder}/socket"
        try:
            end = time.monotonic() + DEADLINE
            version = ["docker", "--host", host, "version"]
            while subprocess.run(version, capture_output=True, check=False).returncode:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.1)
            yield host
        finally:
            process.terminate()
            process.wait(DEADLINE)


@pytest.fixture
def userns(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """DOCKER_HOST is such a daemon, and it has the programs."""
    image = subprocess.run(["docker", "save", PROGRAMS], capture_output=True, check=True).stdout
    with remapping_daemon() as host:
        monkeypatch.setenv("DOCKER_HOST", host)
        subprocess.run(["docker", "load"], input=image, capture_output=True, check=True)
        yield


@pytest.mark.usefixtures("userns")
def test_a_container_in_a_user_namespace_of_its_own(tmp_path: Path) -> None:
    run = ("docker", "run", "--rm", "--network=none", "--name", "userns", "--cap-add=SYS_ADMIN", PROGRAMS)
    only_this = ("--container", "userns")
    assert "name=userns" in docker("info", "--format", "{{.SecurityOptions}}")
    for program in ("/calls40", "/unshare40"):
        done = record_command(tmp_path / program[1:], *run, program, options=only_this)
        assert done.status == 0, done.err
    recorded = only(tmp_path / "calls40")
    assert calls(recorded) == FORTY | {"exit_group"}
    assert "execve" in calls(recorded, Phase.RUNTIME)
    assert recorded.containers[0].name == "userns"

    recorded = only(tmp_path / "unshare40")
    assert calls(recorded) >= FORTY
    needed = {
        check.capability
        for check in recorded.capabilities
        if check.granted and check.own_credentials and check.own_user_namespace and check.phase is Phase.APP
    }
    assert Capability.CAP_SYS_ADMIN in needed
