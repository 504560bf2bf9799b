"""Checks without root and without Docker. ``nox -r`` keeps environments; arguments after -- go to pytest."""

from __future__ import annotations

import os

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ("lint", "types", "unit", "tables", "docs")

ALL = ("tests/unit", "tests/golden")
TABLES = ("tests/unit/tables", "tests/unit/scripts")
DOCS = ("tests/unit/docs", "tests/unit/cli")


def install(session: nox.Session) -> None:
    """Install the package in place, with what its development takes."""
    session.install("--quiet", "-e", ".[dev]")


def pytest(session: nox.Session, *default: str) -> None:
    """Run these tests, or what the command line names, on two processors, with few examples of each law."""
    quick = {"HYPOTHESIS_PROFILE": os.environ.get("HYPOTHESIS_PROFILE", "quick")}
    session.run("pytest", "-q", "-n", "2", *(session.posargs or default), env=quick)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting, and who imports whom."""
    install(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of package, tests and scripts."""
    install(session)
    session.run("mypy")


@nox.session
def unit(session: nox.Session) -> None:
    """Run the unit and golden tests."""
    install(session)
    pytest(session, *ALL)


@nox.session
def tables(session: nox.Session) -> None:
    """Check the data files: their form, order and sources, and the scripts that remake them."""
    install(session)
    pytest(session, *TABLES)


@nox.session
def docs(session: nox.Session) -> None:
    """Check what README promises: commands, exit codes, help."""
    install(session)
    pytest(session, *DOCS)
