"""What every script of scripts/ owes: its help, and nothing but its help, if that is all it is asked for."""

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts"
NAMES = sorted(path.name for path in SCRIPTS.iterdir() if path.is_file() and os.access(path, os.X_OK))
TOOLS = ("bash", "dirname", "python3", "readlink", "sed")  # whoever does more than print has to do it without


def helps(script: Path, option: str, scratch: Path) -> bool:
    """Whether it prints its usage, complains of nothing, and leaves no file behind.

    It runs where nothing is but a copy of its folder: without .venv, and with no other commands than TOOLS.
    """
    folder, tools = scratch / "checkout" / "scripts", scratch / "bin"
    shutil.copytree(script.parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name, path="/usr/bin:/bin") or name)
    before = contents(scratch)
    done = subprocess.run(
        [folder / script.name, option],
        cwd=scratch,
        env={"PATH": str(tools)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    usage = f"usage: scripts/{script.name}"
    return done.returncode == 0 and usage in done.stdout and not done.stderr and contents(scratch) == before


def contents(folder: Path) -> dict[Path, bytes]:
    """Every file with its content; compiled modules are Python's own affair."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path: path.read_bytes() for path in files}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_a_script_asked_for_help_prints_it_and_does_nothing_else(
    name: str, option: str, tmp_path: Path
) -> None:
    assert helps(SCRIPTS / name, option, tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "",  # no help at all
        "echo '# usage: scripts/bad'; : >left-behind",
        "echo '# usage: scripts/bad'; echo complaint >&2",
        "echo '# usage: scripts/bad'; exit 1",
        "set -e; echo '# usage: scripts/bad'; apt-get update",
        "set -e; . ./help.sh",
    ],
)
def test_the_test_of_help_fails_a_script_that_does_anything_else(line: str, tmp_path: Path) -> None:
    bad = tmp_path / "scripts" / "bad"
    bad.parent.mkdir()
    bad.write_text(f"#!/usr/bin/env bash\n{line}\n")
    bad.chmod(0o755)
    (tmp_path / "scratch").mkdir()
    assert not helps(bad, "--help", tmp_path / "scratch")


@pytest.mark.parametrize(("tool", "option"), [("mypy", "files"), ("ruff", "extend-include")])
def test_every_python_script_is_checked_though_its_name_does_not_tell(tool: str, option: str) -> None:
    """No tool finds a script without a suffix by itself."""
    python = {f"scripts/{name}" for name in NAMES if "python" in (SCRIPTS / name).open().readline()}
    settings = tomllib.loads((SCRIPTS.parent / "pyproject.toml").read_text())["tool"][tool]
    assert "scripts/fuzz" in python
    assert {one for one in settings[option] if one.startswith("scripts/") and "." not in one} == python
