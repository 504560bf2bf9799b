"""Profiles for this architecture from recordings of another one: scripts/test-kernels carries them here.

The same programs run here twice: recorded, for what they really call, and under the translated profile.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from profilegen.abi import Abi
from profilegen.recording import Phase, load
from profilegen.tables.engines.runtime_baseline import calls as runtime_calls
from profilegen.tables.syscalls import table
from tests.support.containers import docker
from tests.support.recorded import Recorded
from tests.support.recorder import calls, profilegen
from tests.support.workloads import CARRIED, WORKLOADS

pytestmark = [pytest.mark.kernel, pytest.mark.engine, pytest.mark.translation]

each_workload = pytest.mark.parametrize("name", CARRIED)


@pytest.fixture
def translated(tmp_path: Path) -> Callable[[str], Recorded]:
    """The profiles of a workload that was recorded elsewhere, for this architecture."""

    def emit(name: str) -> Recorded:
        folder = Path(os.environ["PROFILEGEN_CARRIED"])
        path = folder / f"carried-{name}.recording.json"
        here = Abi.of_machine()
        assert load(path).hosts[0].arch is not here, "it was recorded here"
        emitted = profilegen("emit", str(path), "--arch", here.docker, "-o", str(tmp_path))
        assert emitted.status == 0, emitted.err
        return Recorded(load(path), folder, tmp_path / f"carried-{name}")

    return emit


def allowed(profiles: Path) -> set[str]:
    """What a profile for this architecture lets through."""
    seccomp = json.loads((profiles / f"seccomp.{Abi.of_machine().docker}.json").read_text())
    return {n for rule in seccomp["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for n in rule["names"]}


@each_workload
def test_it_has_all_that_the_program_calls_here_and_no_name_that_is_none(
    name: str,
    translated: Callable[[str], Recorded],
    recorded: Callable[[str], Recorded],
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    """A scheduler's call that no run of the runtime need make is not what a program calls."""
    emitted = allowed(translated(name).profiles)
    here = recorded(name).recording
    noise = {row.name for row in runtime_calls() if row.kind == "noise"}
    made = calls(here) | (calls(here, Phase.RUNTIME) - noise)
    missing = made - emitted - {"clone3"}  # answered ENOSYS, and clone is called
    record_testsuite_property(
        f"translation-{name}",
        f"allowed {len(emitted)}, called {len(made)}, missing {' '.join(sorted(missing)) or 'none'}",
    )
    assert emitted <= table(Abi.of_machine()).names
    assert not missing


@each_workload
def test_under_the_translated_profile_it_starts_and_works(
    name: str, translated: Callable[[str], Recorded]
) -> None:
    profiles = translated(name).profiles
    options = (
        *(profiles / "docker-run.args").read_text().split(),
        "--security-opt",
        f"seccomp={profiles / f'seccomp.{Abi.of_machine().docker}.json'}",
    )
    with WORKLOADS[name].started(f"profilegen-{name}-translated", *options) as started:
        security = json.loads(docker("inspect", "--format", "{{json .HostConfig.SecurityOpt}}", started))
        assert any(option.startswith("seccomp=") for option in security)
        WORKLOADS[name].drive(started)
