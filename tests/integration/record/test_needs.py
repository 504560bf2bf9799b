"""Every capability that a container dies without is kept, and none that was only looked at."""

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.needs import NEEDS, Need, kernel
from tests.support.recorder import profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine, pytest.mark.cell]

Say = Callable[[str, object], None]


def run(need: Need, *options: str) -> list[str]:
    """The command that runs its container to the end."""
    return ["docker", "run", "--rm", "--network=none", "--name", need.name, *options, *need.container]


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Profiles of all that this kernel can do, one container after the other under one recorder."""
    top = tmp_path_factory.mktemp("needs")
    chosen = [need for need in NEEDS if kernel() >= need.since]
    lines = [f"{shlex.join(run(need, *need.recorded_with))} || echo {need.name}: $? >&2" for need in chosen]
    options = [word for need in chosen for word in ("--container", need.name)]
    done = record_command(top, "sh", "-c", "\n".join(lines), options=tuple(options))
    assert done.status == 0, done.err
    failed = [
        line for line in done.err.splitlines() if line.partition(":")[0] in {one.name for one in chosen}
    ]
    assert not failed, done.err
    done = profilegen("emit", str(top), "-o", str(top))
    assert done.status == 0, done.err
    return top


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.name)
def test_exactly_what_it_dies_without_is_kept(
    need: Need, profiles: Path, record_testsuite_property: Say
) -> None:
    """The list goes to scripts/test-kernels, which compares the kernels; "-": this one cannot do it."""
    if kernel() < need.since:
        record_testsuite_property(f"needs-{need.name}", "-")
        return
    first, *flags = (profiles / need.name / "docker-run.args").read_text().splitlines()
    kept = tuple(flag.removeprefix("--cap-add=") for flag in flags if flag.startswith("--cap-add="))
    record_testsuite_property(f"needs-{need.name}", " ".join(kept) or "none")
    assert first == "--cap-drop=ALL"
    assert kept == need.kept, (profiles / need.name / "capabilities.txt").read_text()

    filtered = f"--security-opt=seccomp={profiles / need.name / 'seccomp.json'}"

    def works(*given: str) -> bool:
        command = run(need, filtered, "--cap-drop=ALL", *(f"--cap-add={name}" for name in given))
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    assert works(*kept)
    for name in kept:
        assert not works(*(one for one in kept if one != name)), f"it works without {name}"
