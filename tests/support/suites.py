"""pytest in a process of its own, in the folder of one of the plugin's suites."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUITES = ROOT / "tests/integration/pytest_plugin/suites"
PYTEST = (sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir=.", "-p", "no:cacheprovider")
"""With nothing of the settings of this project."""
ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "TESTCONTAINERS_RYUK_DISABLED": "true",  # the image of its reaper cannot be pulled here
    "PYTEST_ADDOPTS": "",
}


def run(
    suite: str, *options: str, before: tuple[str, ...] = (), environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a suite to its end, under a command if one is given."""
    return subprocess.run(
        [*before, *PYTEST, *options],
        cwd=SUITES / suite,
        env={**os.environ, **ENVIRONMENT, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
