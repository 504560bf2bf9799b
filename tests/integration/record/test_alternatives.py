"""Capabilities with newer names than some engines have: one that the recorded engine knows is kept."""

import subprocess
from pathlib import Path

import pytest

from profilegen.capabilities import Capability
from profilegen.recording import load
from profilegen.tables.engines.engine_capabilities import unknown_until
from tests.support.containers import PROGRAMS
from tests.support.recorder import profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine, pytest.mark.cell]


@pytest.mark.parametrize(("what", "newer"), [("bpf", Capability.CAP_BPF), ("perf", Capability.CAP_PERFMON)])
def test_a_program_that_had_sys_admin_keeps_the_less_powerful_one_that_the_engine_knows(
    what: str, newer: Capability, tmp_path: Path
) -> None:
    run = ("docker", "run", "--rm", "--network=none", f"--name={what}")
    command = (PROGRAMS, "/pairs", what)
    done = record_command(tmp_path, *run, "--cap-add=SYS_ADMIN", *command, options=("--container", what))
    assert done.status == 0, done.err
    recording = tmp_path / f"{what}.recording.json"
    (container,) = load(recording).containers
    known = unknown_until(container.engine, container.engine_version, newer) is None
    kept = newer.docker if known else "SYS_ADMIN"

    done = profilegen("emit", str(recording), "-o", str(tmp_path))
    assert done.status == 0, done.err
    flags = (tmp_path / what / "docker-run.args").read_text().split()
    assert flags == ["--cap-drop=ALL", f"--cap-add={kept}"]
    assert (f"from 23.0 on give --cap-add={newer.docker} in its place" in done.err) is not known
    assert f"({'or SYS_ADMIN' if known else f'or {newer.docker}'})" in done.err

    enforced = [*run, f"--security-opt=seccomp={tmp_path / what / 'seccomp.json'}"]
    for given, works in ((flags, True), (flags[:1], False)):
        done_again = subprocess.run([*enforced, *given, *command], capture_output=True, check=False)
        assert (done_again.returncode == 0) is works, done_again.stderr
