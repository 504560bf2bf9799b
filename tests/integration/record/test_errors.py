"""What is missing is named, with the next command and the documented exit code; nothing is half written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.recorder import PROFILEGEN, Done, only, profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

RUN = ("docker", "run", "--rm", "--name", "one", "profilegen-test/programs", "/calls23")


def demand(done: Done, status: int, *texts: str) -> None:
    assert done.status == status, done.err
    for text in texts:
        assert text in done.err
    assert "Traceback" not in done.err
    assert "next: " in done.err


def in_namespace(set_up: str, *arguments: str) -> Done:
    """Run under a changed view of the file system that only this process has."""
    return profilegen(*arguments, prefix=("unshare", "--mount", "sh", "-ec", f'{set_up}; exec "$@"', "sh"))


def test_no_rights(tmp_path: Path) -> None:
    """Root without the capabilities stands for every user without them: it can reach all the rest."""
    done = profilegen(
        *("record", "-o", str(tmp_path), "--", *RUN),
        prefix=("setpriv", "--bounding-set=-sys_admin,-bpf,-perfmon"),
    )
    demand(done, 3, "CAP_BPF", "root lacks them here")
    assert not list(tmp_path.iterdir())


def test_in_a_container_of_docker(tmp_path: Path) -> None:
    """The whole machine is there, and the rights are not."""
    run = ("docker", "run", "--rm", "--volume", "/:/machine", "profilegen-test/base", "chroot", "/machine")
    demand(
        profilegen("record", "-o", str(tmp_path), "--", "true", prefix=run),
        3,
        "CAP_BPF",
        "record on the host",
    )


NOTHING_KEPT = "mount -t tmpfs none /var/cache"
NO_BCC = "mount -t tmpfs none /usr/lib/python3/dist-packages/bcc"


def test_no_btf(tmp_path: Path) -> None:
    set_up = f"{NOTHING_KEPT}; mount -t tmpfs none /sys/kernel/btf"
    done = in_namespace(set_up, "record", "-o", str(tmp_path), "--", *RUN)
    demand(done, 3, "/sys/kernel/btf/vmlinux", "CONFIG_DEBUG_INFO_BTF")


def test_no_bcc(tmp_path: Path) -> None:
    set_up = f"{NOTHING_KEPT}; {NO_BCC}"
    done = in_namespace(set_up, "record", "-o", str(tmp_path), "--", *RUN)
    demand(done, 3, "bcc", "python3-bpfcc")


def test_what_was_compiled_once_needs_no_compiler(tmp_path: Path) -> None:
    assert record_command(tmp_path, *RUN).status == 0
    done = in_namespace(NO_BCC, "record", "-o", str(tmp_path), "--", *RUN)
    assert done.status == 0, done.err


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    """The kernel refuses the code, whatever it is, and it is compiled again."""
    assert record_command(tmp_path, *RUN).status == 0
    kept, copy = "/var/cache/profilegen", tmp_path / "kept"
    set_up = f"cp -r {kept} {copy}; {NOTHING_KEPT}; cp -r {copy} {kept}; sed -i s/AAAA/BBBB/g {kept}/*"
    done = in_namespace(set_up, "record", "-o", str(tmp_path), "--", *RUN)
    assert done.status == 0, done.err


def test_doctor_knows_that_what_was_compiled_once_needs_no_compiler(tmp_path: Path) -> None:
    assert record_command(tmp_path, *RUN).status == 0
    done = in_namespace(NO_BCC, "doctor")
    assert (done.status, "note  BCC: " in done.out) == (0, True), done
    done = in_namespace(f"{NOTHING_KEPT}; {NO_BCC}", "doctor")
    assert (done.status, "FAIL  BCC: " in done.out) == (3, True), done


def test_doctor_does_not_hide_a_silent_docker_behind_podman() -> None:
    done = in_namespace(NO_DOCKER, "doctor")
    assert done.status == 0, done
    assert "note  docker: does not answer at unix:///run/absent.sock (from DOCKER_HOST): no such" in done.out
    assert "ok    podman: " in done.out
    done = in_namespace(f"{NO_PODMAN}; {NO_DOCKER}", "doctor")
    assert (done.status, "FAIL  docker: " in done.out) == (4, True), done


def test_no_cgroup_v2(tmp_path: Path) -> None:
    set_up = "for m in $(awk '/ - cgroup2 /{print $5}' /proc/self/mountinfo); do umount -l $m; done"
    demand(
        in_namespace(set_up, "record", "-o", str(tmp_path), "--", *RUN), 3, "cgroup v2", "mount -t cgroup2"
    )


NO_PODMAN = "mount --bind /dev/null /usr/bin/podman"
NO_DOCKER = "export DOCKER_HOST=unix:///run/absent.sock"
NO_ANSWER = "Docker does not answer at unix:///run/absent.sock (from DOCKER_HOST): no such file or directory"


def test_a_name_without_an_engine_that_could_know_it(tmp_path: Path) -> None:
    set_up = f"{NO_PODMAN}; {NO_DOCKER}"
    done = in_namespace(set_up, "record", "-o", str(tmp_path), "--image", "debian", "--", *RUN)
    demand(done, 4, "Docker does not answer", "DOCKER_HOST")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("without", [NO_DOCKER, f"{NO_PODMAN}; {NO_DOCKER}"])
def test_without_its_engine_a_container_is_called_by_its_id(without: str, tmp_path: Path) -> None:
    there = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    run = ("env", f"DOCKER_HOST={there}", *RUN[:2], "--cidfile", str(tmp_path / "id"), *RUN[2:])
    done = in_namespace(without, "record", "-o", str(tmp_path), "--", *run)
    assert done.status == 0, done.err
    identity = (tmp_path / "id").read_text()[:12]
    assert f"no reachable engine knows container {identity}; its recording is named by id" in done.err
    assert NO_ANSWER in done.err
    assert only(tmp_path).subject == identity


def test_nothing_ran_and_no_engine_is_there(tmp_path: Path) -> None:
    done = in_namespace(f"{NO_PODMAN}; {NO_DOCKER}", "record", "-o", str(tmp_path), "--", "true")
    demand(done, 4, NO_ANSWER, "no container started")


def test_an_output_folder_that_cannot_be_written_is_said_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    witness = tmp_path / "ran"
    demand(record_command(tmp_path / "file", "touch", str(witness)), 2, "cannot be written")
    assert not witness.exists()


@pytest.mark.parametrize("arguments", [("--bogus",), ("--timeout",)])
def test_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    demand(profilegen("record", *arguments), 2, "profilegen: ", "next: profilegen record --help")
    assert not list(tmp_path.iterdir())


def test_a_full_disk_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    """The recording of before stays whole; the new one is not there in part."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)], check=True)
    try:
        assert record_command(folder, *RUN).status == 0
        before = (folder / "one.recording.json").read_bytes()
        subprocess.run(
            ["dd", "if=/dev/zero", f"of={folder / 'filler'}", "bs=512"], capture_output=True, check=False
        )
        demand(record_command(folder, *RUN), 2, "No space left")
        assert (folder / "one.recording.json").read_bytes() == before
        assert sorted(path.name for path in folder.iterdir()) == ["filler", "one.recording.json"]
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("command", ["emit", "show"])
@pytest.mark.parametrize(
    "spoil",
    [
        "",
        "{",
        "[]",
        '{"schema_version": 1}',
        '{"schema_version": "1"}',
        '{"schema_version": 2, "subject": "x"}',
    ],
)
def test_a_recording_that_is_none(command: str, spoil: str, tmp_path: Path) -> None:
    path = tmp_path / "x.recording.json"
    path.write_text(spoil)
    output = ("-o", str(tmp_path / "profiles")) if command == "emit" else ()
    done = profilegen(command, str(path), *output)
    demand(done, 2, str(path))
    assert len(done.err.splitlines()) == 2  # the cause, what to type
    assert not (tmp_path / "profiles").exists()


def test_a_recording_cut_in_half(tmp_path: Path) -> None:
    assert record_command(tmp_path, *RUN).status == 0
    path = tmp_path / "one.recording.json"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    demand(profilegen("emit", str(path), "-o", str(tmp_path / "profiles")), 2, "damaged")


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("emit", "--help"), ("record", "--help"), ("--version",), ("tables", "openat")],
)
def test_help_and_lookups_import_neither_bcc_nor_docker_nor_pydantic(arguments: tuple[str, ...]) -> None:
    """Half of the time of a lookup is pydantic's; typer brings it in for parameters that it converts."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *PROFILEGEN, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "typer" in imported
    assert not imported & {"bcc", "docker", "pydantic"}


def test_emit_itself_imports_neither(tmp_path: Path) -> None:
    assert record_command(tmp_path, *RUN).status == 0
    path = str(tmp_path / "one.recording.json")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *PROFILEGEN, "emit", path, "-o", str(tmp_path / "profiles")],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not imported & {"bcc", "docker"}
    assert (tmp_path / "profiles" / "one" / "seccomp.json").exists()


def test_shell_completion_knows_the_commands() -> None:
    done = subprocess.run(
        PROFILEGEN,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "_PROFILEGEN_COMPLETE": "complete_bash",
            "COMP_WORDS": "profilegen ",
            "COMP_CWORD": "1",
        },
        check=False,
    )
    assert {"record", "emit", "show", "doctor"} <= set(done.stdout.split())
