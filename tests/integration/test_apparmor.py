"""The AppArmor skeleton where it is enforced: what was done can be done, other files cannot be read."""

import subprocess
from pathlib import Path

import pytest

from tests.integration.containers import BASE, docker
from tests.integration.recorder import profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine, pytest.mark.vm]

NAME = "apparmor-enforced"
WORK = "ls /; cat /etc/hostname; id; echo text >/tmp/made; cat /tmp/made"


def test_the_profile_allows_what_was_recorded_and_denies_the_rest(tmp_path: Path) -> None:
    done = record_command(tmp_path, "docker", "run", "--rm", "--name", NAME, BASE, "sh", "-c", WORK)
    assert done.status == 0, done.err
    emitted = profilegen("emit", str(tmp_path / f"{NAME}.recording.json"), "-o", str(tmp_path))
    assert emitted.status == 0, emitted.err
    folder = tmp_path / NAME
    subprocess.run(["apparmor_parser", "-r", str(folder / "apparmor")], check=True)
    loaded = Path("/sys/kernel/security/apparmor/profiles").read_text()
    assert f"profilegen-{NAME} (enforce)" in loaded
    options = (
        *(folder / "docker-run.args").read_text().split(),
        f"--security-opt=seccomp={folder / 'seccomp.json'}",
        f"--security-opt=apparmor=profilegen-{NAME}",
    )
    assert "text" in docker("run", "--rm", *options, BASE, "sh", "-c", WORK)
    for forbidden in ("cat /etc/shadow", "echo text >/etc/made"):
        refused = subprocess.run(
            ["docker", "run", "--rm", *options, BASE, "sh", "-c", forbidden],
            capture_output=True,
            text=True,
            check=False,
        )
        assert refused.returncode != 0
        assert "Permission denied" in refused.stderr
