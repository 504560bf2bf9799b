"""OCI bundles: a container for the runtime alone, without any engine."""

import json
import secrets
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.containers import PROGRAMS, docker

runtimes = pytest.mark.parametrize(
    "runtime",
    [
        pytest.param("runc", marks=pytest.mark.cell),
        pytest.param("crun", marks=pytest.mark.vm),  # refuses cgroups in hybrid mode
    ],
)


def unpack(folder: Path) -> Path:
    """A bundle with the programs of the tests, still to be configured."""
    bundle = folder / "bundle"
    root = bundle / "rootfs"
    root.mkdir(parents=True)
    container = docker("create", PROGRAMS).strip()
    try:
        docker("export", "--output", str(folder / "root.tar"), container)
    finally:
        docker("rm", container)
    subprocess.run(["tar", "-C", str(root), "-x", "-f", str(folder / "root.tar")], check=True)
    return bundle


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
