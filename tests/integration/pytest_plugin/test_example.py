"""examples/shop as its README walks through it, with the images that are here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from profilegen.recording import SeccompProfile, load
from tests.support.recorder import profilegen
from tests.support.suites import ROOT

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

SHOP = ROOT / "examples" / "shop"
ENVIRONMENT = {
    "SHOP_PYTHON_IMAGE": "profilegen-test/python",
    "SHOP_REDIS_IMAGE": "profilegen-test/redis",
    "TESTCONTAINERS_RYUK_DISABLED": "true",
    "PYTEST_ADDOPTS": "",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A checkout of its own."""
    return Path(shutil.copytree(SHOP, tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__")))


def run(shop: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options],
        cwd=shop,
        env={**os.environ, **ENVIRONMENT, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_recorded_made_enforced(shop: Path) -> None:
    recorded = run(shop, "--profilegen=recordings")
    assert recorded.returncode == 0, recorded.stdout + recorded.stderr
    assert "; nothing lost" in recorded.stdout
    recordings = [str(shop / "recordings" / f"{name}.recording.json") for name in ("web", "db", "database")]
    made = profilegen("emit", *recordings, "-o", str(shop / "made"))
    assert made.status == 0, made.err
    enforced = run(shop, "--profilegen=again", "--profilegen-enforce=made", "--profilegen-check=made")
    assert enforced.returncode == 0, enforced.stdout + enforced.stderr
    for name in ("web", "db", "database"):
        containers = load(shop / "again" / f"{name}.recording.json").containers
        assert {one.seccomp_profile for one in containers} == {SeccompProfile.CUSTOM}


def test_the_committed_profiles_hold_and_a_new_need_is_found(shop: Path) -> None:
    enforced = run(shop, "--profilegen=recordings", "--profilegen-enforce=profiles")
    assert enforced.returncode == 0, enforced.stdout + enforced.stderr
    new = run(shop, "--profilegen=new", "--profilegen-check=profiles", SHOP_AUDIT="/tmp/orders")
    assert new.returncode == 1, new.stdout + new.stderr
    assert "6 passed" in new.stdout
    assert "error: fsync is refused by the profile, called by /usr/bin/python3.11 [new-call]" in new.stdout
    assert "while these tests ran: tests/test_orders.py::test_an_order_takes_one, " in new.stdout
