"""More than there is room for: bounded memory, everything counted, and what has room is complete."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from profilegen.recording import Lost, load
from profilegen.tracer.host.mounts import cgroup2_mount
from tests.support.containers import BASE, PROGRAMS
from tests.support.recorder import PROFILEGEN, calls, only

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

MOST_MEMORY = 640  # MiB; 170 without any file
SUBJECTS = 4096  # MAX_SUBJECTS of the kernel's part

# Names of 250 bytes, fourteen folders deep: 3.7 KiB a path, the longest that the kernel's part can walk.
LONG = """
    for (1..13) { my $d = "d" x 250; mkdir $d; chdir $d }
    for my $i (1..20000) {
        my $n = sprintf("%05d", $i) . "\\377" x 245;
        open(my $f, ">", $n); close $f; unlink $n
    }
    umask 7; setpgrp;
"""
# 2 ** 12 processes were nothing refused; the first ends last.
BOMB = "my $first = $$; for (1..12) { fork } umask 7; if ($$ == $first) { 1 while wait > 0; setpgrp }"


class Measured(NamedTuple):
    """A finished recorder: exit status, stderr, peak memory in MiB."""

    status: int
    err: str
    memory: int


# A process begins with the peak of the one that it was forked from (signal_struct.maxrss): here a small one.
_MEASURE = """
import json, resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode
print(json.dumps([status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024]))
"""


def measured(folder: Path, *command: str, options: tuple[str, ...]) -> Measured:
    """`profilegen record -- COMMAND`, in a folder beside that of the recordings."""
    place = folder.parent / "place"
    place.mkdir()
    record = [*PROFILEGEN, "record", "-o", str(folder), *options, "--", *command]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *record], cwd=place, capture_output=True, text=True, check=True
    )
    status, memory = json.loads(done.stdout)
    return Measured(status, done.stderr, memory)


def test_a_flood_of_long_paths_costs_paths_alone(tmp_path: Path) -> None:
    """80 MB of paths, of bytes that are dear in memory and in JSON: counted, and no call is missing."""
    done = measured(tmp_path / "r", "perl", "-e", LONG, options=("--process",))
    shutil.rmtree(tmp_path / "place")
    assert done.status == 5, done.err
    assert "lost" in done.err
    assert done.memory < MOST_MEMORY
    recorded = only(tmp_path / "r")
    assert {lost.what for lost in recorded.completeness.lost} == {Lost.PATHS}
    assert {"umask", "setpgid", "mkdir"} <= calls(recorded)


def test_a_fork_bomb_is_recorded_like_anything_else(tmp_path: Path) -> None:
    run = ("docker", "run", "--rm", "--init", "--name", "bomb", "--pids-limit", "64", BASE)
    done = measured(tmp_path / "r", *run, "perl", "-e", BOMB, options=("--container", "bomb"))
    assert done.status == 0, done.err
    assert {"clone", "umask", "setpgid"} <= calls(only(tmp_path / "r"))


def test_more_containers_than_there_is_room_for_are_counted(tmp_path: Path) -> None:
    """The table is filled by empty cgroups that are named as engines name a container's."""
    top = cgroup2_mount() / "profilegen-test-many"
    script = f"""
        docker run --rm --name first {PROGRAMS} /calls23
        mkdir {top}
        seq -f '{top}/%064.0f' {SUBJECTS} | xargs mkdir
        docker run --rm --name second {PROGRAMS} /calls23
    """
    try:
        done = measured(tmp_path / "r", "sh", "-euc", script, options=("--container", "first"))
    finally:
        subprocess.run(["find", str(top), "-depth", "-type", "d", "-delete"], check=True)
    assert done.status == 5, done.err
    recorded = load(tmp_path / "r" / "first.recording.json")
    assert len(calls(recorded)) == 24
    (lost,) = recorded.completeness.lost
    assert lost.what is Lost.CONTAINERS
    assert lost.count >= 2
