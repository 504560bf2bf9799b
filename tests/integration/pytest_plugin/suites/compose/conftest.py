"""pytest-docker: each worker has a project of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_docker.plugin import Services

from tests.support.containers import address


@pytest.fixture(scope="session")
def docker_compose_command() -> str:
    return "docker-compose"


@pytest.fixture(scope="session")
def docker_setup() -> str:
    return "up -d"


@pytest.fixture(scope="session")
def docker_cleanup() -> str:
    return "down -v -t 5"


@pytest.fixture(scope="session")
def docker_compose_file(profilegen_compose_files: Callable[..., list[str]]) -> list[str]:
    return profilegen_compose_files(Path(__file__).with_name("compose.yml"))


@pytest.fixture(scope="session")
def server(docker_services: Services, docker_compose_project_name: str) -> str:
    del docker_services
    return address(f"{docker_compose_project_name}_server_1")
