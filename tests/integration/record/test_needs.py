"""Every capability that a container dies without is kept, and none that was only looked at."""

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from profilegen.errors import ExitCode
from profilegen.tracer.bpf.preemption import can_be_preempted
from tests.support.needs import NEEDS, Need, kernel
from tests.support.recorder import profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine, pytest.mark.cell]

Say = Callable[[str, object], None]


def run(need: Need, *options: str) -> list[str]:
    """The command that runs its container to the end."""
    return ["docker", "run", "--rm", "--network=none", "--name", need.name, *options, *need.container]


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Profiles of all that this kernel can do.

    One container after the other under one recorder. A kernel that preempts eBPF programs skips others
    meanwhile, often in an emulated machine, and record says so: there few share a recorder, and a recording
    with a gap is made again, as its reader is told to.
    """
    top = tmp_path_factory.mktemp("needs")
    chosen = [need for need in NEEDS if kernel() >= need.since]
    size, tries = (4, 5) if can_be_preempted() else (len(chosen), 1)
    for start in range(0, len(chosen), size):
        record(top, chosen[start : start + size], tries)
    done = profilegen("emit", str(top), "-o", str(top))
    assert done.status == 0, done.err
    return top


def record(top: Path, some: list[Need], tries: int) -> None:
    """Record some containers, again as long as something was lost."""
    lines = [f"{shlex.join(run(need, *need.recorded_with))} || echo {need.name}: $? >&2" for need in some]
    options = [word for need in some for word in ("--container", need.name)]
    for _ in range(tries):
        done = record_command(top, "sh", "-c", "\n".join(lines), options=tuple(options))
        if done.status != ExitCode.INCOMPLETE:
            break
    assert done.status == 0, done.err
    names = {need.name for need in some}
    assert not [line for line in done.err.splitlines() if line.partition(":")[0] in names], done.err


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
