"""A container that is started by a command, one for all workers: nothing tells whose it is."""

import os
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.support.containers import address, docker
from tests.support.rare_calls import COMMAND, IMAGE, SHARED

LABEL = "--label=profilegen.subject=server"


@pytest.fixture(scope="session")
def server(worker_id: str) -> Iterator[str]:
    """Who comes first starts it; a single process stops it, workers leave that to whoever runs the suite."""
    flags = os.environ.get("PROFILEGEN_ARGS_SERVER", "").split()
    command = ["docker", "run", "-d", "--rm", "--name", SHARED, LABEL, *flags, IMAGE, *COMMAND]
    is_first = subprocess.run(command, capture_output=True, check=False).returncode == 0
    while not (found := _address()):
        assert not is_first, "the container does not run"
        time.sleep(0.05)
    yield found
    if worker_id == "master":
        docker("stop", "-t", "5", SHARED)


def _address() -> str:
    try:
        return address(SHARED)
    except AssertionError:  # another worker is about to start it
        return ""
