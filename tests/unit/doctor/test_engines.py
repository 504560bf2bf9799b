"""One check for each container engine: one that answers is enough, and a silent one is not hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from profilegen.containers.all_engines import open_engines
from profilegen.containers.engines.docker import DockerEngine
from profilegen.containers.registry import Registry
from profilegen.containers.selection import Selection
from profilegen.doctor.check import Check, exit_code
from profilegen.doctor.engines import engines
from profilegen.errors import EngineUnreachableError, ExitCode

SILENT = EngineUnreachableError("Docker does not answer at unix:///x: connection refused")
DOCKER = {"Engine": "26.1.0", "runc": "1.1.12"}
PODMAN = {"podman": "4.3.1", "crun": "1.8.1"}


def told(*checks: Check) -> list[tuple[str, bool, bool, str]]:
    return [(check.name, check.ok, check.needed, check.found) for check in checks]


def test_each_engine_has_a_line() -> None:
    assert told(*engines({"docker": DOCKER, "podman": PODMAN})) == [
        ("docker", True, True, "Engine 26.1.0, runc 1.1.12"),
        ("podman", True, True, "4.3.1, crun 1.8.1"),
    ]


def test_a_silent_engine_beside_one_that_answers_is_a_note() -> None:
    checks = engines({"docker": SILENT, "podman": PODMAN})
    assert told(*checks) == [
        ("docker", False, False, "does not answer at unix:///x: connection refused"),
        ("podman", True, True, "4.3.1, crun 1.8.1"),
    ]
    assert checks[0].hint
    assert exit_code(checks) is ExitCode.OK
    assert exit_code(engines({"docker": DOCKER, "podman": SILENT})) is ExitCode.OK


def test_no_engine_that_answers_is_a_failure() -> None:
    for components in ({"docker": SILENT}, {"docker": SILENT, "podman": SILENT}):
        checks = engines(components)
        assert exit_code(checks) is ExitCode.NO_CONTAINER
        assert all(check.needed and check.hint for check in checks)


@pytest.mark.parametrize(
    ("version", "knows"),
    [
        ("20.10.24+dfsg1", False),
        ("19.03.15", False),
        ("23.0.0", True),
        ("29.1.2", True),
        ("0.0.0-20240101", True),  # built from a commit
        ("dev", True),
        ("", True),
    ],
)
def test_a_docker_that_ignores_the_default_errno_is_a_note(version: str, knows: bool) -> None:
    _, *notes = engines({"docker": {"Engine": version}})
    assert bool(notes) is not knows
    for note in notes:
        assert note.found.startswith(f"Docker {version} ignores it: calls outside a profile get EPERM")
        assert (note.ok, note.needed) == (False, False)
        assert "23.0" in note.hint


def unreachable(monkeypatch: pytest.MonkeyPatch, host: str) -> EngineUnreachableError:
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(EngineUnreachableError) as caught:
        DockerEngine(Registry())
    return caught.value


@pytest.mark.parametrize(
    ("host", "cause"),
    [
        (
            "tcp://127.0.0.1:1",
            "Docker does not answer at tcp://127.0.0.1:1 (from DOCKER_HOST): connection refused",
        ),
        (
            "unix:///absent/sock",
            "Docker does not answer at unix:///absent/sock (from DOCKER_HOST): no such file or directory",
        ),
        (
            "ssh://me@host",
            "DOCKER_HOST=ssh://me@host is another machine: its containers can only be recorded there",
        ),
        ("http://[::1", "Docker does not answer at http://[::1 (from DOCKER_HOST): Invalid IPv6 URL"),
    ],
)
def test_why_docker_does_not_answer_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, host: str, cause: str
) -> None:
    error = unreachable(monkeypatch, host)
    assert error.cause == cause
    assert "DOCKER_HOST" in error.hint


def test_an_address_cannot_steer_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unreachable(monkeypatch, "unix:///\x1b[2J").cause.isprintable()


def test_the_default_socket_is_not_said_to_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("docker.from_env", refused)
    error = unreachable(monkeypatch, "")
    assert error.cause == (
        "Docker does not answer at unix:///var/run/docker.sock: permission denied for this user"
    )
    assert "root" in error.hint


def test_this_machine_without_any_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    monkeypatch.setenv("PATH", str(tmp_path))  # no podman either
    (check,) = engines()
    assert (check.name, check.ok, check.needed) == ("docker", False, True)


@pytest.mark.parametrize("podman", [True, False])
def test_recording_says_which_containers_get_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, podman: bool
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    monkeypatch.setenv("PATH", str(tmp_path))
    if podman:
        (tmp_path / "podman").touch(mode=0o755)
    said: list[str] = []
    open_engines(Selection(), tmp_path, None, said.append).close()
    rest = "only Podman's containers get names" if podman else "containers are called by their ids"
    assert said == [
        f"Docker does not answer at tcp://127.0.0.1:1 (from DOCKER_HOST): connection refused; {rest}"
    ]
