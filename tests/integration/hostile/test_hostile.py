"""A container and a folder that want to do harm, and a recorder that is killed."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from profilegen.recording import Lost, load
from profilegen.tracer.maps.file_events import MAX_PATHS
from tests.support.containers import BASE, PROGRAMS, docker
from tests.support.recorder import (
    DEADLINE,
    PROFILEGEN,
    calls,
    only,
    profilegen,
    record_command,
    recording,
)

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

EVIL = "a\n/** rwlkix,\n\x1b]0;owned\x07\x1b[2J\"'#@{PROC} {,*}[x]^../../etc"


def harmless(text: str) -> bool:
    return all(char == "\n" or char.isprintable() for char in text)


def test_names_labels_and_arguments_are_text(tmp_path: Path) -> None:
    """Files, argv, the process's name and a label with all that terminals and parsers obey, and no UTF-8."""
    script = (
        'd=$(printf "/tmp/\\377"); mkdir "$d"; name=$(printf "%s" "$1" | tr / _); '
        'echo x > "$d/$name"; cat "$d/$name"; cp /bin/true "/tmp/$name"; "/tmp/$name"; '
        'printf "%s" "$1" > /proc/self/comm'
    )
    done = record_command(
        tmp_path / "r",
        *("docker", "run", "--rm", "--label", f"profilegen.subject=../../{EVIL}", "--name", "evil"),
        *(BASE, "sh", "-c", script, "sh", EVIL),
        options=("--container", "evil"),
    )
    assert done.status == 0, done.err
    assert harmless(done.err)
    (path,) = (tmp_path / "r").iterdir()
    assert path.parent == tmp_path / "r"
    json.loads(path.read_bytes())
    assert [item.path for item in load(path).paths if "\\xff" in item.path]

    shown = profilegen("show", str(path))
    assert shown.status == 0
    assert harmless(shown.out)
    emitted = profilegen("emit", str(path), "-o", str(tmp_path / "p"), "--json")
    assert emitted.status == 0, emitted.err
    assert harmless(emitted.out + emitted.err)
    (profiles,) = (tmp_path / "p").iterdir()
    subprocess.run(["apparmor_parser", "-Q", "-K", str(profiles / "apparmor")], check=True)
    rules = (profiles / "apparmor").read_text().splitlines()
    assert harmless("\n".join(rules))
    assert not [line for line in rules if line.strip().startswith("/**")]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["p", "r"]


def test_a_link_in_place_of_our_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    folder, outside = tmp_path / "r", tmp_path / "outside"
    folder.mkdir()
    outside.write_text("untouched")
    (folder / "one.recording.json").symlink_to(outside)
    run = ("docker", "run", "--rm", "--name", "one", PROGRAMS, "/calls23")
    done = record_command(folder, *run, options=("--container", "one"))
    assert done.status == 0, done.err
    assert outside.read_text() == "untouched"
    assert not (folder / "one.recording.json").is_symlink()
    assert len(calls(only(folder))) == 24


def test_a_renamed_container_stays_selected(tmp_path: Path) -> None:
    with recording("-o", str(tmp_path), "--container", "before"):
        docker("run", "--detach", "--init", "--name", "before", BASE, "sleep", "600")
        try:
            docker("rename", "before", "after")
            docker("exec", "after", "mkdir", "/made")
        finally:
            subprocess.run(["docker", "rm", "-f", "before", "after"], capture_output=True, check=False)
    assert "mkdir" in calls(load(tmp_path / "before.recording.json"))


def test_numbers_that_are_no_calls_are_kept_in_bounded_room_and_the_rest_is_counted(tmp_path: Path) -> None:
    """5,000 of them, and -1, without a filter that could answer them. 40,000 is of no ABI."""
    script = (
        "import ctypes; call = ctypes.CDLL(None).syscall; "
        "[call(ctypes.c_long(n)) for n in (-1, *range(40_000, 45_000))]"
    )
    done = record_command(
        tmp_path,
        *("docker", "run", "--rm", "--name", "numbers", "--security-opt", "seccomp=unconfined"),
        *("profilegen-test/python", "python3", "-c", script),
        options=("--container", "numbers"),
    )
    assert done.status == 5, done.err
    found = only(tmp_path).completeness
    (lost,) = found.lost
    assert lost.what is Lost.UNKNOWN_SYSCALLS
    assert 1000 <= len(found.unknown_syscalls) <= 4096 < lost.count + len(found.unknown_syscalls)
    assert not [item for item in found.unknown_syscalls if item.executed]
    emitted = profilegen("emit", str(tmp_path / "numbers.recording.json"), "-o", str(tmp_path / "p"))
    assert emitted.status == 5
    assert f"lost {lost.count} unknown syscalls" in emitted.err


def test_a_file_that_changes_without_end_is_looked_at_so_often_and_named_then(tmp_path: Path) -> None:
    """5,000 changes of an executed file: 4,096 of a container are told, and take no room."""
    done = record_command(
        tmp_path,
        *("docker", "run", "--rm", "--name", "changes", PROGRAMS, "/changed", "many", "5000"),
        options=("--container", "changes"),
    )
    assert done.status == 0, done.err
    recorded = only(tmp_path)
    assert not recorded.completeness.lost
    assert {file.path: file.examined for file in recorded.executed} == {"/changed": True, "/copy": False}
    emitted = profilegen("emit", str(tmp_path / "changes.recording.json"), "-o", str(tmp_path / "p"))
    assert emitted.status == 0, emitted.err
    assert "could not read the file capabilities of /copy" in emitted.err


def test_more_paths_than_there_is_room_for_are_counted_and_calls_are_complete(tmp_path: Path) -> None:
    """140,000 different files: the table of known ones has 131,072 places."""
    script = (
        'for my $i (1 .. 140000) { open(my $f, \'>\', "/t/$i"); close $f; unlink "/t/$i" } umask 7; setpgrp'
    )
    done = record_command(
        tmp_path,
        *("docker", "run", "--rm", "--name", "flood", "--tmpfs", "/t", BASE, "perl", "-e", script),
        options=("--container", "flood"),
    )
    assert done.status == 5, done.err
    assert "lost" in done.err
    recorded = only(tmp_path)
    assert {"umask", "setpgid"} <= calls(recorded)
    assert len(recorded.paths) <= MAX_PATHS
    emitted = profilegen(
        *("emit", str(tmp_path / "flood.recording.json"), "--format", "seccomp", "-o", str(tmp_path / "p"))
    )
    assert emitted.status == 0, emitted.err  # lost paths are a matter of AppArmor alone
    emitted = profilegen("emit", str(tmp_path / "flood.recording.json"), "-o", str(tmp_path / "q"))
    assert emitted.status == 5


def test_a_killed_recorder_leaves_the_containers_and_nothing_else(tmp_path: Path) -> None:
    def programs() -> int:
        return subprocess.run(
            ["bpftool", "prog", "show"], capture_output=True, text=True, check=True
        ).stdout.count(" name on_")

    before = programs()
    process = subprocess.Popen(
        [*PROFILEGEN, "record", "-o", str(tmp_path), "--container", "survives"],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    while "attached" not in (line := process.stderr.readline()):
        assert line
    docker("run", "--detach", "--init", "--name", "survives", BASE, "sleep", "600")
    try:
        assert programs() > before
        process.kill()
        process.wait(DEADLINE)
        assert docker("inspect", "--format", "{{.State.Running}}", "survives").strip() == "true"
    finally:
        docker("rm", "-f", "survives")
    deadline = time.monotonic() + DEADLINE
    while programs() != before:  # the kernel lets them go after a grace period
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert not list(tmp_path.iterdir())


def test_two_recorders_do_not_disturb_each_other(tmp_path: Path) -> None:
    with recording("-o", str(tmp_path / "a"), "--container", "one"):
        with recording("-o", str(tmp_path / "b"), "--container", "one"):
            docker("run", "--rm", "--name", "one", PROGRAMS, "/calls23")
        docker("run", "--rm", "--name", "one", PROGRAMS, "/calls40")
    assert len(calls(only(tmp_path / "b"))) == 24
    assert len(calls(only(tmp_path / "a"))) > 60


def test_a_folder_that_vanishes_while_recording_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    with recording("-o", str(folder), "--container", "one"):
        folder.rmdir()
        docker("run", "--rm", "--name", "one", PROGRAMS, "/calls23")
    assert len(calls(only(folder))) == 24


def test_twenty_at_once_and_forty_one_after_another_are_all_there(tmp_path: Path) -> None:
    script = (
        f"run='docker run --rm --label profilegen.subject=many {PROGRAMS}'; "
        "for i in $(seq 20); do $run /calls23 & done; wait; for i in $(seq 40); do $run /calls40; done"
    )
    done = record_command(tmp_path, "sh", "-c", script, options=("--image", PROGRAMS))
    assert done.status == 0, done.err
    recorded = load(tmp_path / "many.recording.json")
    assert len(recorded.containers) == 60
