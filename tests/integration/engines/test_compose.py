"""pytest-docker and compose: two services recorded while the test talks to them, then enforced."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_docker.plugin import Services, get_docker_services

from profilegen.recording import load
from tests.support.containers import address, docker, get, serves, succeeds, until
from tests.support.recorder import Running, calls, profilegen, recording

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

COMPOSE_FILE = Path(__file__).with_name("compose.yml")
PROJECT = "profilegen-test-compose"
SERVICES = ("cache", "web")


@pytest.fixture(scope="session")
def docker_compose_command() -> str:
    """Debian's compose, not the client's plugin (pytest-docker's default)."""
    return "docker-compose"


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    return str(COMPOSE_FILE)


@pytest.fixture(scope="session")
def docker_compose_project_name() -> str:
    return PROJECT


@dataclass(frozen=True)
class Attached:
    """A recorder at work and the folder of its recordings."""

    recorder: Running
    directory: Path


@pytest.fixture(scope="session")
def attached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attached]:
    directory = tmp_path_factory.mktemp("compose")
    services = [option for service in SERVICES for option in ("--service", service)]
    with recording("-o", str(directory), *services) as recorder:
        yield Attached(recorder, directory)


@pytest.fixture(scope="session")
def docker_setup(attached: Attached) -> list[str]:
    """pytest-docker has its services up before the first test runs: the recorder must be older still."""
    assert attached.directory.is_dir()
    return ["up -d"]


def container_of(service: str, *files: str) -> str:
    command = ["docker-compose", "-p", PROJECT, *(f"--file={file}" for file in (COMPOSE_FILE, *files))]
    done = subprocess.run([*command, "ps", "-q", service], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def talk(*files: str) -> None:
    """Requests to both: a page, and a key that is set and read."""
    web, cache = container_of("web", *files), container_of("cache", *files)
    until(lambda: serves(web, 80), web, "serving")
    until(lambda: succeeds(cache, "redis-cli", "-e", "PING"), cache, "answering")
    for _ in range(20):
        status, body = get(address(web), 80, "/")
        assert (status, bool(body)) == (200, True)
    docker("exec", cache, "redis-cli", "-e", "SET", "answer", "42")
    assert docker("exec", cache, "redis-cli", "GET", "answer").strip() == "42"


def test_recorded_through_compose_and_started_under_its_profiles(
    docker_services: Services, attached: Attached, tmp_path: Path
) -> None:
    assert docker_services
    talk()
    # What nginx and redis do when they are stopped belongs to what they do.
    for service in SERVICES:
        docker("stop", container_of(service))
    assert attached.recorder.end().status == 0

    saved = {service: attached.directory / f"{service}.recording.json" for service in SERVICES}
    assert {"accept4", "sendfile"} <= calls(load(saved["web"]))
    emitted = profilegen("emit", *map(str, saved.values()), "-o", str(tmp_path), "--format", "compose")
    assert emitted.status == 0, emitted.err
    override = tmp_path / "compose.profilegen.yaml"
    assert f"next: docker compose -f compose.yml -f {override} up\n" in emitted.err

    with get_docker_services(
        "docker-compose", [str(COMPOSE_FILE), str(override)], PROJECT, ["up -d"], ["down -v"]
    ):
        for service in SERVICES:
            shown = docker(
                "inspect", "--format", "{{.HostConfig.CapDrop}}", container_of(service, str(override))
            )
            assert shown.strip() == "[ALL]"
        talk(str(override))
