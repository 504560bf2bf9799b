"""Options, settings and fixtures. Nothing else of profilegen is imported until it is asked for.

pytest imports this module in every run where profilegen is installed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from profilegen.pytest_plugin.active import Active
    from profilegen.recording import Recording

_SOCKET = "PROFILEGEN_SOCKET"
"""Set by ``profilegen record -- pytest``: the same as in session/attribution/protocol.py."""
_NAME = "profilegen-active"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, all called ``--profilegen-*``, and the settings of the same names."""
    group = parser.getgroup("profilegen", "profiles of the containers that the tests start")
    for option, value, words in (
        (
            "--profilegen",
            "DIR",
            (
                "Record what the tests' containers do, into DIR (default: the project file's folder of "
                "recordings). Needs root: as root, by sudo -n, or run pytest under profilegen record."
            ),
        ),
        (
            "--profilegen-check",
            "PROFILES",
            "Record, and fail if a container needs more than its committed profiles allow.",
        ),
        (
            "--profilegen-enforce",
            "PROFILES",
            "Record, with the committed profiles handed to the containers by profilegen's fixtures.",
        ),
    ):
        group.addoption(option, nargs="?", const="", type=_directory, metavar=value, help=words)
    group.addoption(
        "--profilegen-stop",
        action="store_true",
        help="Stop containers of testcontainers with SIGTERM before they are removed, to see their shutdown.",
    )
    group.addoption("--no-profilegen", action="store_true", help="Do nothing of all this.")
    parser.addini("profilegen", "Record in every run, as --profilegen does.", type="bool", default=False)
    parser.addini("profilegen_recordings", "DIR of --profilegen.", type="string", default="")
    parser.addini(
        "profilegen_profiles", "PROFILES of the other options (default: the project file's).",
        type="string", default="",
    )  # fmt: skip
    parser.addini("profilegen_stop", "As --profilegen-stop.", type="bool", default=False)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Switch on what was asked for, by an option, a setting, or by whoever started pytest."""
    asked = any(
        config.getoption(name) is not None
        for name in ("profilegen", "profilegen_check", "profilegen_enforce")
    )
    if config.getoption("no_profilegen") or config.getoption("collectonly", default=False):
        return
    if asked or config.getini("profilegen") or os.environ.get(_SOCKET):
        from profilegen.pytest_plugin.active import Active  # noqa: PLC0415

        config.pluginmanager.register(Active(config), _NAME)


@pytest.fixture(scope="session")
def profilegen_compose_files(pytestconfig: pytest.Config) -> Callable[..., list[str]]:
    """A function of the project's compose files: them, and one that puts their services under the profiles.

    Them alone without ``--profilegen-enforce``. For pytest-docker::

        @pytest.fixture(scope="session")
        def docker_compose_file(pytestconfig, profilegen_compose_files):
            return profilegen_compose_files(pytestconfig.rootpath / "compose.yml")
    """
    active: Active | None = _active(pytestconfig)
    return _as_they_are if active is None else active.compose_files


@pytest.fixture(scope="session")
def profilegen_kwargs(pytestconfig: pytest.Config) -> Callable[[str], dict[str, Any]]:
    """A function of a subject's name: keyword arguments that put its container under its profiles.

    For testcontainers and for ``containers.run`` of the Docker SDK; empty without
    ``--profilegen-enforce``::

        DockerContainer("shop/web", **profilegen_kwargs("web"))
    """
    active: Active | None = _active(pytestconfig)
    return _no_keywords if active is None else active.keywords


@pytest.fixture
def profilegen_recording(pytestconfig: pytest.Config) -> Callable[[str], Recording]:
    """A function of a subject's name: its recording so far, also of containers that run.

    A test that asks for it is skipped where nothing is recorded.
    """
    active: Active | None = _active(pytestconfig)
    if active is None or active.reporter is None:
        pytest.skip("nothing is recorded: run pytest with --profilegen")
    return active.recording


def _directory(text: str) -> str:
    """The value of an option, which may have been meant as an argument: ``pytest --profilegen tests``.

    Raises:
        pytest.UsageError: it names tests.
    """
    path = text.partition("::")[0]
    if text and (path.endswith(".py") or any(Path(path).glob("*.py"))):
        raise pytest.UsageError(
            f"{path} has tests in it: write --profilegen=DIR, or --profilegen behind the tests"
        )
    return text


def _active(config: pytest.Config) -> Any:
    return config.pluginmanager.get_plugin(_NAME)


def _as_they_are(*files: str | os.PathLike[str]) -> list[str]:
    return [str(file) for file in files]


def _no_keywords(subject: str) -> dict[str, Any]:
    del subject
    return {}
