"""A run in which nobody asks for profilegen pays for one small module."""

import subprocess
import sys
from pathlib import Path

import pytest

from profilegen.pytest_plugin import plugin
from profilegen.session.attribution.protocol import VARIABLE

pytest_plugins = ["pytester"]


MAIN = """
import sys, pytest
pytest.main(["-c", "/dev/null", "--rootdir=.", "--co", "-q", *sys.argv[1:]])
print(*(name for name in sys.modules if name.partition(".")[0] == "profilegen"))
"""


def imported(folder: Path, *options: str) -> set[str]:
    """Modules of profilegen that a run in an empty folder imports."""
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *options], cwd=folder, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_nothing_is_imported_beyond_the_plugin(tmp_path: Path) -> None:
    assert imported(tmp_path) == {"profilegen", "profilegen.pytest_plugin", "profilegen.pytest_plugin.plugin"}


def test_the_variable_has_one_name() -> None:
    assert plugin._SOCKET == VARIABLE


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    assert imported(tmp_path, "--profilegen", "--no-profilegen") == imported(tmp_path)


def test_a_folder_of_tests_is_not_taken_for_that_of_recordings(tmp_path: Path) -> None:
    """``pytest --profilegen tests`` would record into the tests and run what else there is."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("def test_a(): pass\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir=.", "--profilegen", "tests"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "tests has tests in it: write --profilegen=DIR, or --profilegen behind the tests" in done.stderr


def test_the_fixtures_give_nothing_where_nothing_is_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_files(profilegen_compose_files, profilegen_kwargs):
            assert profilegen_compose_files("compose.yml") == ["compose.yml"]
            assert profilegen_kwargs("web") == {}

        def test_recording(profilegen_recording):
            assert False
        """
    )
    result = pytester.runpytest_subprocess("-rs")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["*nothing is recorded: run pytest with --profilegen*"])
