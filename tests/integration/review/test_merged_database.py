"""A database recorded three times: merged, gated and enforced, with its own benchmark to the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.containers import docker
from tests.support.recorder import profilegen, recording
from tests.support.workloads import WORKLOADS

pytestmark = [pytest.mark.kernel, pytest.mark.engine]
NAME = "profilegen-database-merged"
DATABASE = WORKLOADS["database"]
AS_POSTGRES = ("exec", "--user", "postgres", NAME, "sh", "-c")
PGBENCH = 'cd /tmp && "$(echo /usr/lib/postgresql/*/bin/pgbench)" -h localhost {} postgres 2>&1'


def benchmark() -> None:
    """4,000 transactions of eight sessions over TCP."""
    docker(*AS_POSTGRES, PGBENCH.format("--initialize --scale 1"))
    output = docker(*AS_POSTGRES, PGBENCH.format("--client 8 --jobs 2 --transactions 500"))
    assert "number of transactions actually processed: 4000/4000" in output
    assert "number of failed transactions: 0 " in output


def test_three_recordings_merged_let_its_own_benchmark_run_to_the_end(tmp_path: Path) -> None:
    places = [tmp_path / str(number) for number in range(3)]
    for place in places:
        with recording("-o", str(place), "--container", NAME), DATABASE.started(NAME) as started:
            DATABASE.drive(started)
            benchmark()
    merged, profiles = tmp_path / f"{NAME}.recording.json.gz", tmp_path / "profiles"
    done = profilegen("merge", *map(str, places), "-o", str(merged))
    assert done.status == 0, done.err
    done = profilegen("emit", str(merged), "-o", str(profiles))
    assert done.status == 0, done.err
    assert json.loads((profiles / NAME / "reasons.json").read_text())["runs"] == 3
    for place in places:  # what one of them saw, the merged profiles allow
        done = profilegen("check", str(place), "--profiles", str(profiles))
        assert done.status == 0, done.out

    flags = (profiles / NAME / "docker-run.args").read_text().split()
    seccomp = f"seccomp={profiles / NAME / 'seccomp.json'}"
    with DATABASE.started(NAME, *flags, "--security-opt", seccomp) as started:
        DATABASE.drive(started)
        benchmark()
