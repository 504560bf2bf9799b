"""A bundle run by the runtime itself, without any engine: recorded by its id, and enforced."""

import json
import secrets
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.containers import PROGRAMS, docker
from tests.integration.forty import TWENTY_THREE
from tests.integration.recorder import calls, only, profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

ALLOW = {"defaultAction": "SCMP_ACT_ALLOW"}
runtimes = pytest.mark.parametrize(
    "runtime",
    [
        pytest.param("runc", marks=pytest.mark.cell),
        pytest.param("crun", marks=pytest.mark.vm),  # refuses cgroups in hybrid mode
    ],
)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The folder of a bundle with the programs."""
    folder = tmp_path / "bundle"
    root = folder / "rootfs"
    root.mkdir(parents=True)
    container = docker("create", PROGRAMS).strip()
    try:
        docker("export", "--output", str(tmp_path / "root.tar"), container)
    finally:
        docker("rm", container)
    subprocess.run(["tar", "-C", str(root), "-x", "-f", str(tmp_path / "root.tar")], check=True)
    return folder


def configure(bundle: Path, program: str, capabilities: list[str], seccomp: dict[str, Any]) -> None:
    """Write config.json (runtime-spec, config.md), as an engine would."""
    (bundle / "config.json").unlink(missing_ok=True)
    subprocess.run(["runc", "spec"], cwd=bundle, check=True)
    config = json.loads((bundle / "config.json").read_text())
    config["process"]["terminal"] = False
    config["process"]["args"] = [program]
    config["process"]["noNewPrivileges"] = False
    config["process"].pop("rlimits", None)  # above what root may have in some places
    config["process"]["capabilities"] = dict.fromkeys(("bounding", "effective", "permitted"), capabilities)
    config["linux"]["seccomp"] = seccomp
    (bundle / "config.json").write_text(json.dumps(config))


def run(runtime: str, bundle: Path) -> list[str]:
    """The words that run it under a new id, as an engine would choose one."""
    return [runtime, "run", "--bundle", str(bundle), secrets.token_hex(32)]


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
