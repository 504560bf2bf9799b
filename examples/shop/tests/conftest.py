"""The stack for pytest-docker, and a database alone for testcontainers; under profiles if asked for."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from testcontainers.core.container import DockerContainer

TOP = Path(__file__).parents[1]
REDIS = os.environ.get("SHOP_REDIS_IMAGE", "redis:7-bookworm")


@pytest.fixture(scope="session")
def docker_compose_command() -> str:
    """Compose v2, or 1.29 where there is no other."""
    found = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    return "docker compose" if found.returncode == 0 else "docker-compose"


@pytest.fixture(scope="session")
def docker_setup() -> str:
    return "up --build -d"


@pytest.fixture(scope="session")
def docker_compose_file(profilegen_compose_files: Callable[..., list[str]]) -> list[str]:
    return profilegen_compose_files(TOP / "compose.yml")


@pytest.fixture(scope="session")
def shop(docker_ip: str, docker_services) -> str:
    """The address of the shop, once it and its database answer."""
    url = f"http://{docker_ip}:{docker_services.port_for('web', 8000)}"
    docker_services.wait_until_responsive(timeout=30, pause=0.1, check=lambda: _answers(f"{url}/health"))
    return url


@pytest.fixture(scope="module")
def database(profilegen_kwargs: Callable[[str], dict]) -> Iterator[DockerContainer]:
    """A database without a shop."""
    labels = {"profilegen.subject": "database"}
    container = DockerContainer(REDIS, labels=labels, **profilegen_kwargs("database"))
    with container.with_command("redis-server --save ''") as started:
        while "PONG" not in _cli(started, "PING"):
            time.sleep(0.05)
        yield started


def _cli(container: DockerContainer, *words: str) -> str:
    return container.exec(["redis-cli", *words]).output.decode()


@pytest.fixture
def cli(database: DockerContainer) -> Callable[..., str]:
    """Redis's own client, in the database's container."""
    return lambda *words: _cli(database, *words).strip()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError):
        return False
