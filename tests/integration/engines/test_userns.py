"""Containers whose root is nobody on the host, under a daemon of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from profilegen.capabilities import Capability
from profilegen.recording import Phase
from tests.support.containers import PROGRAMS, docker
from tests.support.daemon import load_image, own_daemon
from tests.support.forty import FORTY
from tests.support.recorder import calls, only, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

# games: a user and a group that Debian has; the ranges are for this daemon alone.
RANGES = """
    mount -t tmpfs none /mnt
    for file in subuid subgid; do
        echo games:100000:65536 > /mnt/$file
        touch /etc/$file
        mount --bind /mnt/$file /etc/$file
    done
"""


@pytest.fixture
def userns(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """DOCKER_HOST is a daemon with --userns-remap, and it has the programs."""
    with own_daemon(RANGES, "--userns-remap=games") as daemon:
        load_image(daemon.host, PROGRAMS)
        monkeypatch.setenv("DOCKER_HOST", daemon.host)
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
