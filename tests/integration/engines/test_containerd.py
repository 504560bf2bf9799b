"""containerd as nerdctl and Kubernetes use it: no engine that we ask, so the id is the name."""

import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.containers import DEADLINE, PROGRAMS
from tests.support.forty import FORTY, TWENTY_THREE
from tests.support.recorder import calls, only, profilegen, record_command, recording

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

CONFIG = """\
version = 2
root = "{folder}/root"
state = "{folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "{folder}/socket"
"""
Ctr = Callable[..., list[str]]


@pytest.fixture(scope="module")
def ctr(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ctr]:
    """The words of a command of ctr; the daemon is our own, and has the programs."""
    folder = tmp_path_factory.mktemp("containerd")
    (folder / "config.toml").write_text(CONFIG.format(folder=folder))
    log = folder / "log"

    def words(*arguments: str) -> list[str]:
        return ["ctr", "--address", str(folder / "socket"), *arguments]

    with log.open("wb") as output:
        daemon = subprocess.Popen(
            ["containerd", "--config", str(folder / "config.toml")], stdout=output, stderr=output
        )
    try:
        end = time.monotonic() + DEADLINE
        while subprocess.run(words("version"), capture_output=True, check=False).returncode:
            assert daemon.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        image = subprocess.run(["docker", "save", PROGRAMS], capture_output=True, check=True).stdout
        subprocess.run(words("images", "import", "-"), input=image, capture_output=True, check=True)
        yield words
    finally:
        daemon.terminate()
        daemon.wait(DEADLINE)


@pytest.mark.parametrize("cgroup", ["", "/kubepods/besteffort/podd1a5/", "/kubepods.slice:cri-containerd:"])
def test_each_layout_is_recorded_by_id_and_enforced(cgroup: str, ctr: Ctr, tmp_path: Path) -> None:
    """nerdctl's, which is ctr's own, /default/ID; a pod of Kubernetes, in the words of both drivers."""
    identity = secrets.token_hex(32)
    place = ["--cgroup", cgroup + identity] if cgroup else []
    image = f"docker.io/{PROGRAMS}:latest"
    run = ctr("run", "--rm", "--seccomp", *place)
    done = record_command(tmp_path, *run, image, identity, "/calls23")
    assert done.status == 0, done.err
    assert f"no reachable engine knows container {identity[:12]}" in done.err
    recorded = only(tmp_path)
    assert recorded.subject == identity[:12]
    assert calls(recorded) == TWENTY_THREE | {"exit_group"}

    done = profilegen("emit", str(tmp_path / f"{identity[:12]}.recording.json"), "-o", str(tmp_path))
    assert done.status == 0, done.err
    profile = f"--seccomp-profile={tmp_path / identity[:12] / 'seccomp.json'}"
    subprocess.run([*run, profile, image, identity, "/calls23"], check=True)
    refused = subprocess.run([*run, profile, image, identity, "/threads"], capture_output=True, check=False)
    assert refused.returncode != 0


def test_one_that_runs_already_is_chosen_by_the_start_of_its_id(ctr: Ctr, tmp_path: Path) -> None:
    """As `crictl ps` prints it."""
    identity = secrets.token_hex(32)
    image = f"docker.io/{PROGRAMS}:latest"
    subprocess.run(ctr("run", "--detach", "--seccomp", image, identity, "/spin40"), check=True)
    try:
        with recording("-o", str(tmp_path), "--container", identity[:13], status=5):
            time.sleep(0.5)  # it makes the same calls over and over
    finally:
        subprocess.run(ctr("tasks", "delete", "--force", identity), capture_output=True, check=False)
        subprocess.run(ctr("containers", "delete", identity), check=True)
    assert only(tmp_path).containers[0].late
    assert calls(only(tmp_path)) >= FORTY
