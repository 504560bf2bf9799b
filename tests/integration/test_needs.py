"""Every capability that a container dies without is kept, and none that was only looked at."""

import platform
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.needs import NEEDS, Need
from tests.integration.recorder import profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine, pytest.mark.cell]

Say = Callable[[str, object], None]


def kernel() -> tuple[int, int]:
    """The first two numbers of the running kernel's release."""
    major, minor = platform.release().split(".")[:2]
    return int(major), int(minor.partition("-")[0])


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.name)
def test_exactly_what_it_dies_without_is_kept(
    need: Need, tmp_path: Path, record_testsuite_property: Say
) -> None:
    """The list goes to scripts/test-kernels, which compares the kernels; "-": this one cannot do it."""
    if kernel() < need.since:
        record_testsuite_property(f"needs-{need.name}", "-")
        return
    run = ("docker", "run", "--rm", "--network=none", "--name", need.name)
    done = record_command(
        tmp_path, *run, *need.recorded_with, *need.container, options=("--container", need.name)
    )
    assert done.status == 0, done.err
    done = profilegen("emit", str(tmp_path / f"{need.name}.recording.json"), "-o", str(tmp_path))
    assert done.status == 0, done.err
    first, *kept = (tmp_path / need.name / "docker-run.args").read_text().splitlines()
    names = [flag.removeprefix("--cap-add=") for flag in kept if flag.startswith("--cap-add=")]
    record_testsuite_property(f"needs-{need.name}", " ".join(names) or "none")
    assert first == "--cap-drop=ALL"
    assert tuple(names) == need.kept, done.err

    filtered = f"--security-opt=seccomp={tmp_path / need.name / 'seccomp.json'}"

    def works(*given: str) -> bool:
        enforced = [*run, filtered, "--cap-drop=ALL", *(f"--cap-add={name}" for name in given)]
        return subprocess.run([*enforced, *need.container], capture_output=True, check=False).returncode == 0

    assert works(*names)
    for name in names:
        assert not works(*(one for one in names if one != name)), f"it works without {name}"
