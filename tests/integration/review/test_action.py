"""The GitHub action's steps, run as the runner would: record, check, and say the exit code."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.recorder import profilegen

pytestmark = [pytest.mark.kernel, pytest.mark.engine]
TOP = Path(__file__).parents[3]
ACTION = yaml.safe_load((TOP / "action.yml").read_text())
RUN = "docker run --rm --network=none --name profilegen-action profilegen-test/busybox /bin/sh -c '{}'"


class Runner:
    """A job in a folder of its own; steps are run in order, as by the runner's bash."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.files = {name: place / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        (place / "temp").mkdir()

    def __call__(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run the action with these inputs, up to its first step that fails; what the last step did."""
        values = {name: one["default"] for name, one in ACTION["inputs"].items()} | inputs
        for step in ACTION["runs"]["steps"]:
            if step.get("if") == "inputs.run != ''" and not values["run"]:
                continue
            done = self._step(step, values)
            if done.returncode:
                break
        return done

    def _step(self, step: dict[str, Any], inputs: dict[str, str]) -> subprocess.CompletedProcess[str]:
        given = {
            key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], text)
            for key, text in step["env"].items()
        }
        runner = {"RUNNER_TEMP": str(self.place / "temp"), "GITHUB_ACTION_PATH": str(TOP)}
        environment = {
            **os.environ,
            **runner,
            **{key: str(file) for key, file in self.files.items()},
            **given,
        }
        words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        return subprocess.run(
            words, cwd=self.place, env=environment, capture_output=True, text=True, check=False
        )


def test_the_action_records_checks_and_reports(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    before = tmp_path / "before"
    words = ["bash", "-c", RUN.format("echo hello")]
    assert profilegen("record", "-o", str(before), "--", *words).status == 0
    assert profilegen("emit", str(before), "-o", str(tmp_path / "profiles")).status == 0

    same = runner(run=RUN.format("echo hello"))
    assert same.returncode == 0, same.stderr
    assert runner.files["GITHUB_OUTPUT"].read_text() == "exit-code=0\n"

    more = runner(run=RUN.format("echo hello; sync"))
    assert more.returncode == 6, more.stderr
    assert re.search(r"^::error file=profiles/\S+/seccomp\.json,line=\d+,.*sync", more.stdout, re.MULTILINE)
    assert runner.files["GITHUB_OUTPUT"].read_text().splitlines()[-1] == "exit-code=6"
    assert '"names": ["sync"]' in runner.files["GITHUB_STEP_SUMMARY"].read_text()

    lenient = runner(
        recordings="recordings", **{"wider-only": "true"}
    )  # nothing is recorded; sync is in Docker's
    assert lenient.returncode == 0, lenient.stderr


def test_a_command_that_fails_ends_the_action_before_the_check(tmp_path: Path) -> None:
    done = Runner(tmp_path)(run="false | cat")
    assert done.returncode == 1
    assert not (tmp_path / "github_output").exists()
