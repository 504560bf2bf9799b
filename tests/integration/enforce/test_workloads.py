"""Real programs: the profiles of the first recording start each again, and it does its work."""

import json
import subprocess
from collections.abc import Callable

import pytest

from profilegen.recording import Phase
from tests.support.containers import docker
from tests.support.forty import TWENTY_THREE
from tests.support.recorded import Recorded
from tests.support.recorder import calls
from tests.support.workloads import WORKLOADS

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

SET_UP = {"mount", "pivot_root", "umount2", "sethostname"}
"""What runc does before the container's filter is loaded."""

SMALL = ("busybox", "calls23", "ls", "static32", "threads")
"""Those that a machine twenty times slower has patience for."""

each_workload = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.cell] * (name in SMALL)) for name in sorted(WORKLOADS)]
)


@each_workload
def test_the_runtimes_set_up_is_not_in_the_profile(name: str, recorded: Callable[[str], Recorded]) -> None:
    seccomp = json.loads((recorded(name).profiles / "seccomp.json").read_text())
    allowed = {n for rule in seccomp["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for n in rule["names"]}
    assert not allowed & SET_UP
    assert not calls(recorded(name).recording) & SET_UP


@each_workload
def test_under_its_profiles_it_starts_and_works_again(name: str, recorded: Callable[[str], Recorded]) -> None:
    """Every capability that is not in the list is dropped; the calls, too, are only those of the list."""
    options = recorded(name).options()
    assert options[0] == "--cap-drop=ALL"
    with WORKLOADS[name].started(f"profilegen-{name}-enforced", *options) as started:
        security = json.loads(docker("inspect", "--format", "{{json .HostConfig.SecurityOpt}}", started))
        assert any(option.startswith("seccomp=") for option in security)
        WORKLOADS[name].drive(started)


@each_workload
def test_the_profile_is_tighter_than_dockers(name: str, recorded: Callable[[str], Recorded]) -> None:
    seccomp = json.loads((recorded(name).profiles / "seccomp.json").read_text())
    allowed = {n for rule in seccomp["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for n in rule["names"]}
    assert len(allowed) < 200  # Docker's default: 309 of 373
    added = [flag for flag in recorded(name).options() if flag.startswith("--cap-add")]
    assert len(added) < 14


@each_workload
def test_the_apparmor_skeleton_compiles(name: str, recorded: Callable[[str], Recorded]) -> None:
    """apparmor_parser -Q -K: neither loaded into the kernel nor cached."""
    done = subprocess.run(
        ["apparmor_parser", "-Q", "-K", str(recorded(name).profiles / "apparmor")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@each_workload
def test_nothing_was_lost(name: str, recorded: Callable[[str], Recorded]) -> None:
    completeness = recorded(name).recording.completeness
    assert not completeness.lost
    assert not [call for call in completeness.unknown_syscalls if call.executed]


@pytest.mark.cell
def test_a_static_program_calls_the_same_everywhere(
    recorded: Callable[[str], Recorded], record_testsuite_property: Callable[[str, object], None]
) -> None:
    """And its runtime nearly so: scripts/test-kernels compares what is in the reports of its cells."""
    seen = recorded("calls23").recording
    assert calls(seen) == TWENTY_THREE | {"exit_group"}
    record_testsuite_property("program", " ".join(sorted(calls(seen))))
    record_testsuite_property("runtime", " ".join(sorted(calls(seen, Phase.RUNTIME))))


@pytest.mark.parametrize("name", ["ls", "redis", "python"])
def test_programs_that_need_no_capability_get_none(name: str, recorded: Callable[[str], Recorded]) -> None:
    """overlayfs asks for SYS_ADMIN, DAC_OVERRIDE and more, with its mounter's credentials."""
    assert not [flag for flag in recorded(name).options() if flag.startswith("--cap-add")]
