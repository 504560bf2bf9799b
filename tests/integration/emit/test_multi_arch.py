"""One profile for several architectures is right on this one too."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.recorded import Recorded
from tests.support.recorder import profilegen
from tests.support.workloads import WORKLOADS

pytestmark = [pytest.mark.kernel, pytest.mark.engine]


@pytest.mark.parametrize("name", [pytest.param("threads", marks=pytest.mark.cell), "nginx", "redis"])
def test_under_one_profile_for_two_architectures_it_starts_and_works(
    name: str, recorded: Callable[[str], Recorded], tmp_path: Path
) -> None:
    paths = map(str, recorded(name).recordings.glob("*.recording.json"))
    both = ("--arch", "amd64", "--arch", "arm64", "--multi-arch")
    emitted = profilegen("emit", *paths, *both, "-o", str(tmp_path))
    assert emitted.status == 0, emitted.err
    profiles = tmp_path / f"profilegen-{name}"
    seccomp = profiles / "seccomp.json"
    listed = json.loads(seccomp.read_text())["architectures"]
    assert sorted(listed) == ["SCMP_ARCH_AARCH64", "SCMP_ARCH_X86_64"]
    flags = (profiles / "docker-run.args").read_text().split()
    with WORKLOADS[name].started(
        f"profilegen-{name}-both", *flags, "--security-opt", f"seccomp={seccomp}"
    ) as it:
        WORKLOADS[name].drive(it)
