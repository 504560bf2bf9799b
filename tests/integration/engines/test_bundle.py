"""A bundle run by the runtime itself, without any engine: recorded by its id, and enforced."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.bundles import configure, run, runtimes, unpack
from tests.support.forty import TWENTY_THREE
from tests.support.recorder import calls, only, profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

ALLOW = {"defaultAction": "SCMP_ACT_ALLOW"}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The folder of a bundle with the programs."""
    return unpack(tmp_path)


@runtimes
def test_it_is_recorded_and_runs_under_its_profiles(runtime: str, bundle: Path, tmp_path: Path) -> None:
    configure(bundle, "/calls23", ["CAP_CHOWN", "CAP_KILL"], ALLOW)
    words = run(runtime, bundle)
    done = record_command(tmp_path, *words, options=("--container", words[-1]))
    assert done.status == 0, done.err
    assert calls(only(tmp_path)) == TWENTY_THREE | {"exit_group"}

    subject = only(tmp_path).subject
    done = profilegen("emit", str(tmp_path / f"{subject}.recording.json"), "-o", str(tmp_path))
    assert done.status == 0, done.err
    profiles = tmp_path / subject
    added = [
        "CAP_" + flag.removeprefix("--cap-add=")
        for flag in (profiles / "docker-run.args").read_text().split()
        if flag.startswith("--cap-add=")
    ]
    assert added == []
    seccomp = json.loads((profiles / "seccomp.json").read_text())
    configure(bundle, "/calls23", added, seccomp)
    subprocess.run(run(runtime, bundle), check=True)
    configure(bundle, "/threads", added, seccomp)
    assert subprocess.run(run(runtime, bundle), capture_output=True, check=False).returncode != 0
