"""A wheel built from the tree carries its data: elsewhere, without the tree, it emits the same bytes."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.recorded import Recorded

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

TREE = Path(__file__).parents[3]


def test_a_wheel_in_a_clean_environment_emits_the_same_profiles(
    tmp_path: Path, recorded: Callable[[str], Recorded]
) -> None:
    stored = recorded("ls")
    (recording,) = stored.recordings.glob("*.recording.json")

    def run(*command: str | Path) -> None:
        done = subprocess.run(
            list(map(str, command)),
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(TREE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert {"profilegen/py.typed", "profilegen/schemas/recording.json"} <= set(archive.namelist())
    run("/usr/bin/python3", "-m", "venv", tmp_path / "venv")
    # pip keeps this machine's configuration of where packages come from.
    subprocess.run([tmp_path / "venv/bin/pip", "install", "--quiet", wheel], cwd=tmp_path, check=True)
    run(tmp_path / "venv/bin/profilegen", "emit", recording, "-o", tmp_path / "profiles")

    run(tmp_path / "venv/bin/profilegen", "tables", "openat")

    (emitted,) = (tmp_path / "profiles").iterdir()
    names = {path.name for path in emitted.iterdir()}
    assert names == {"seccomp.json", "capabilities.txt", "docker-run.args", "apparmor", "reasons.json"}
    for name in names:
        assert (emitted / name).read_bytes() == (stored.profiles / name).read_bytes()
