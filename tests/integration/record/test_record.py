"""`profilegen record` with real containers in every way that they come and go."""

import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from profilegen.capabilities import Capability
from profilegen.recording import Phase, SeccompMode, load
from profilegen.tracer.host.mounts import cgroup2_mount
from tests.support.containers import BASE, PROGRAMS, container, docker
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


@contextmanager
def sleeping(name: str, *options: str) -> Iterator[str]:
    """A container that does nothing until it is stopped."""
    with container(name, BASE, "sleep", "600", options=("--init", *options)) as started:
        yield started


def test_a_container_of_an_instant_has_its_name_and_image(tmp_path: Path) -> None:
    """Gone before anybody could ask: the engine's events are followed from before the attach."""
    done = record_command(
        tmp_path, "docker", "run", "--rm", "--name", "quick", "--label", "a=b", PROGRAMS, "/calls23"
    )
    assert done.status == 0, done.err
    (described,) = load(tmp_path / "quick.recording.json").containers
    assert (described.name, described.image, described.command) == ("quick", PROGRAMS, ("/calls23",))
    assert described.image_id.startswith("sha256:")
    assert (described.runtime, described.engine) == ("runc", "docker")
    assert described.runtime_version
    assert described.repo_digest is None


def test_the_subject_is_the_image_when_nobody_named_the_container(tmp_path: Path) -> None:
    record_command(tmp_path, "docker", "run", "--rm", PROGRAMS, "/calls23")
    assert [path.name for path in tmp_path.iterdir()] == ["programs.recording.json"]


def test_several_containers_at_once_are_kept_apart(tmp_path: Path) -> None:
    script = (
        f"docker run --rm --name one {PROGRAMS} /calls23 & "
        f"docker run --rm --name two {PROGRAMS} /static32 & "
        f"docker run --rm --name three {BASE} true & wait"
    )
    done = record_command(tmp_path, "sh", "-c", script)
    assert done.status == 0, done.err
    sets = {name: calls(load(tmp_path / f"{name}.recording.json")) for name in ("one", "two", "three")}
    assert len(sets["one"]) == 24
    assert all(name.startswith("i386:") for name in sets["two"])
    assert "openat" in sets["three"]
    assert "i386:write" not in sets["three"]


def test_selection_by_image_and_its_absence(tmp_path: Path) -> None:
    script = f"docker run --rm --name one {PROGRAMS} /calls23; docker run --rm --name two {BASE} true"
    done = record_command(tmp_path / "a", "sh", "-c", script, options=("--image", "*/programs"))
    assert done.status == 0, done.err
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["one.recording.json"]
    done = record_command(tmp_path / "b", "true", options=("--container", "absent"))
    assert done.status == 4
    assert "--container absent" in done.err


@pytest.mark.parametrize(("script", "status"), [("exit 3", 3), ("kill -KILL $$", 137)])
def test_the_commands_status_is_the_status_and_the_recording_is_kept(
    tmp_path: Path, script: str, status: int
) -> None:
    done = record_command(tmp_path, "sh", "-c", f"docker run --rm --name one {PROGRAMS} /calls23; {script}")
    assert done.status == status
    assert f"the command failed with status {status}: the recording covers the time until then" in done.err
    assert len(calls(only(tmp_path))) == 24


def test_nothing_recorded_is_exit_4(tmp_path: Path) -> None:
    done = record_command(tmp_path, "true")
    assert done.status == 4
    assert "docker run --rm IMAGE" in done.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("command", "status"), [("/absent", 127), ("/", 126)])
def test_a_command_that_cannot_start(tmp_path: Path, command: str, status: int) -> None:
    done = record_command(tmp_path, command)
    assert done.status == status
    assert "Traceback" not in done.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_recording_keeps_what_it_has(tmp_path: Path, number: signal.Signals) -> None:
    with recording("-o", str(tmp_path)) as recorder:
        docker("run", "--rm", "--name", "one", PROGRAMS, "/calls23")
        assert recorder.end(number).status == 0
    assert len(calls(only(tmp_path))) == 24


def test_an_interrupted_command_is_waited_for_and_its_containers_are_kept(tmp_path: Path) -> None:
    script = (
        "trap 'exit 5' INT; docker run --rm --name one "
        + PROGRAMS
        + " /calls23; echo ready; sleep 600 & wait"
    )
    process = subprocess.Popen(
        [*PROFILEGEN, "record", "-o", str(tmp_path), "--", "sh", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(DEADLINE) == 5
    assert len(calls(only(tmp_path))) == 24


def test_the_timeout_ends_a_recording(tmp_path: Path) -> None:
    with recording("-o", str(tmp_path), "--timeout", "8") as recorder:
        docker("run", "--rm", "--name", "one", PROGRAMS, "/calls23")
        assert recorder.process.wait(DEADLINE) == 0
    assert len(calls(only(tmp_path))) == 24


def test_a_container_that_runs_already_is_recorded_and_marked_late(tmp_path: Path) -> None:
    with sleeping("already") as name:
        with recording("-o", str(tmp_path), "--container", name, status=5):
            docker("exec", name, "sh", "-c", "umask 77; mkdir /tmp/made; cat /etc/hostname")
        recorded = only(tmp_path)
    assert recorded.containers[0].late
    assert {"mkdir", "umask", "openat", "read"} <= calls(recorded)
    assert "mount" not in calls(recorded)
    emitted = profilegen("emit", str(tmp_path / "already.recording.json"), "-o", str(tmp_path / "profiles"))
    assert emitted.status == 5
    assert "--allow-incomplete" in emitted.err
    assert not (tmp_path / "profiles").exists()


def test_a_late_container_shows_what_its_old_processes_do(tmp_path: Path) -> None:
    """The shell was there before the recorder: what it and its children do from then on is the program's."""
    loop = "while ! test -e /go; do sleep 0.1; done; mkdir /made; touch /done; sleep 600"
    with container("looping", BASE, "sh", "-c", loop, options=("--init",)) as name:
        with recording("-o", str(tmp_path), "--container", name, status=5):
            docker("exec", name, "touch", "/go")
            deadline = time.monotonic() + DEADLINE
            while subprocess.run(["docker", "exec", name, "test", "-e", "/done"], check=False).returncode:
                assert time.monotonic() < deadline
        recorded = only(tmp_path)
    (mkdir,) = [call for call in recorded.syscalls if call.name == "mkdir"]
    assert mkdir.phases == (Phase.APP,)
    assert mkdir.programs == ("/usr/bin/mkdir",)


def test_docker_exec_belongs_to_the_container_and_its_set_up_does_not(tmp_path: Path) -> None:
    script = (
        f"docker run -d --init --name host {BASE} sleep 600 && docker exec host sh -c 'mkdir /tmp/x' && "
        "docker rm -f host"
    )
    done = record_command(tmp_path, "sh", "-c", script)
    assert done.status == 0, done.err
    recorded = only(tmp_path)
    found = calls(recorded)
    assert "mkdir" in found
    assert not found & {"setns", "mount", "capset", "unshare"}
    assert "capset" in calls(recorded, Phase.RUNTIME)
    granted = {
        check.capability for check in recorded.capabilities if check.granted and check.phase is Phase.APP
    }
    assert not granted & {Capability.CAP_SETUID, Capability.CAP_SETGID, Capability.CAP_SETPCAP}


def test_no_new_privileges_is_recorded_and_the_runtimes_part_is_smaller(tmp_path: Path) -> None:
    for name, options in (("plain", ()), ("nnp", ("--security-opt", "no-new-privileges"))):
        done = record_command(
            tmp_path / name, "docker", "run", "--rm", "--name", name, *options, PROGRAMS, "/calls23"
        )
        assert done.status == 0, done.err
    plain, nnp = only(tmp_path / "plain"), only(tmp_path / "nnp")
    assert (plain.containers[0].no_new_privileges, nnp.containers[0].no_new_privileges) == (False, True)
    assert calls(plain) == calls(nnp)
    assert "setuid" in calls(plain, Phase.RUNTIME)
    assert "setuid" not in calls(nnp, Phase.RUNTIME)


def test_a_container_without_a_filter_is_recorded_from_its_execve(tmp_path: Path) -> None:
    done = record_command(
        tmp_path,
        "docker",
        "run",
        "--rm",
        "--name",
        "open",
        "--security-opt",
        "seccomp=unconfined",
        PROGRAMS,
        "/calls23",
    )
    assert done.status == 0, done.err
    recorded = only(tmp_path)
    assert recorded.containers[0].seccomp is SeccompMode.UNCONFINED
    assert len(calls(recorded)) == 24
    assert not calls(recorded, Phase.RUNTIME)
    emitted = profilegen("emit", str(tmp_path / "open.recording.json"), "-o", str(tmp_path / "profiles"))
    assert emitted.status == 0
    assert "recorded with seccomp off" in emitted.err


def test_refused_calls_have_the_errno_that_the_program_got(tmp_path: Path) -> None:
    done = record_command(tmp_path, "docker", "run", "--rm", "--name", "refused", PROGRAMS, "/refused")
    assert done.status == 0, done.err
    recorded = only(tmp_path)
    printed = dict(line.rsplit(" ", 1) for line in done.out.splitlines())
    keyctl = [call for call in recorded.refused if call.name == "keyctl"]
    assert [(call.errno, call.programs) for call in keyctl] == [(int(printed["keyctl"]), ("/refused",))]
    assert "socket" in calls(recorded)
    assert "keyctl" not in calls(recorded)


def test_threads_are_recorded_and_clone3_is_refused_as_docker_refuses_it(tmp_path: Path) -> None:
    done = record_command(tmp_path, "docker", "run", "--rm", "--name", "threads", PROGRAMS, "/threads")
    assert done.status == 0, done.err
    recorded = only(tmp_path)
    assert "clone" in calls(recorded)
    assert [(call.name, call.errno) for call in recorded.refused] == [("clone3", 38)]


def test_a_cgroup_nested_in_the_container_belongs_to_it(tmp_path: Path) -> None:
    """Made below the container's, as a systemd inside it would; a child moves in and works there."""
    script = """
        id=$(docker run -d --init --name nest profilegen-test/base sh -c \
            'while ! test -e /go; do sleep 0.1; done; mkdir /made')
        cgroup=$(awk '$(NF-2) == "cgroup2" || $0 ~ / - cgroup2 / {print $5; exit}' /proc/self/mountinfo)
        top=$(find "$cgroup" -type d -name "*$id*" | head -n 1)
        mkdir "$top/inner"
        for pid in $(docker inspect --format '{{.State.Pid}}' nest); do
            for child in $pid $(pgrep -P $pid); do echo $child > "$top/inner/cgroup.procs"; done
        done
        docker exec nest touch /go
        docker wait nest
        docker rm nest
    """
    done = record_command(tmp_path, "sh", "-euc", script)
    assert done.status == 0, done.err
    assert "mkdir" in calls(only(tmp_path))


def test_a_runtime_that_executes_itself_in_the_containers_cgroup_is_still_the_runtime(tmp_path: Path) -> None:
    """runc executes a copy of itself, and may be in the cgroup by then: that starts no container.

    Here the stages are shells: two execve with the host's mounts, then one with the container's.
    """
    cgroup = cgroup2_mount() / secrets.token_hex(32)
    script = 'echo $$ > "$1/cgroup.procs"; exec sh -c "umask; exec unshare --mount /bin/true"'
    with recording("-o", str(tmp_path), "--container", cgroup.name):
        cgroup.mkdir()
        subprocess.run(["sh", "-c", script, "sh", str(cgroup)], check=True, stdout=subprocess.DEVNULL)
        cgroup.rmdir()
    recorded = only(tmp_path)
    assert {item.path for item in recorded.executed} == {"/usr/bin/true"}
    assert not calls(recorded) & {"umask", "unshare", "mount"}


def test_paths_are_the_containers_own_with_links_resolved_and_binds_right(tmp_path: Path) -> None:
    (tmp_path / "bound").mkdir()
    (tmp_path / "bound" / "data").write_text("x")
    script = "cd tmp; ln -s /etc/hostname link; cat link /data/data; echo x > new; cat ../etc/group"
    done = record_command(
        tmp_path / "r",
        *(
            "docker",
            "run",
            "--rm",
            "--name",
            "paths",
            "-v",
            f"{tmp_path / 'bound'}:/data",
            BASE,
            "sh",
            "-c",
            script,
        ),
    )
    assert done.status == 0, done.err
    paths = {item.path: {str(access) for access in item.access} for item in only(tmp_path / "r").paths}
    assert paths["/etc/hostname"] == {"read"}
    assert paths["/data/data"] == {"read"}
    assert paths["/tmp/new"] == {"write"}
    assert paths["/etc/group"] == {"read"}
    assert "map_exec" in paths["/usr/lib/x86_64-linux-gnu/libc.so.6"]
    assert "/tmp/link" not in paths
    assert not [path for path in paths if path.startswith(("/var/lib/docker", str(tmp_path)))]


def test_a_script_is_recorded_with_its_interpreter(tmp_path: Path) -> None:
    script = "printf '#!/bin/sh\\nmkdir /tmp/made\\n' > /tmp/run; chmod +x /tmp/run; /tmp/run"
    done = record_command(tmp_path, "docker", "run", "--rm", "--name", "script", BASE, "sh", "-c", script)
    assert done.status == 0, done.err
    executed = {(item.path, item.interpreted) for item in only(tmp_path).executed}
    assert ("/usr/bin/dash", "/tmp/run") in executed
    assert ("/usr/bin/mkdir", None) in executed


def test_needed_capabilities_are_told_from_checked_ones(tmp_path: Path) -> None:
    script = "touch /tmp/f; chown 1000:1000 /tmp/f; cat /etc/shadow"
    done = record_command(tmp_path, "docker", "run", "--rm", "--name", "caps", BASE, "sh", "-c", script)
    assert done.status == 0, done.err
    emitted = profilegen("emit", str(tmp_path / "caps.recording.json"), "-o", str(tmp_path / "profiles"))
    assert emitted.status == 0, emitted.err
    flags = (tmp_path / "profiles" / "caps" / "docker-run.args").read_text().splitlines()
    assert flags == ["--cap-drop=ALL", "--cap-add=CHOWN"]


def test_append_merges_and_without_it_the_file_is_replaced(tmp_path: Path) -> None:
    run = ("docker", "run", "--rm", "--name", "one", PROGRAMS)
    record_command(tmp_path, *run, "/calls23")
    record_command(tmp_path, *run, "/static32", options=("--append",))
    merged = only(tmp_path)
    assert len(merged.run_ids) == 2
    assert len([name for name in calls(merged) if not name.startswith("i386:")]) == 24
    record_command(tmp_path, *run, "/static32")
    assert not [name for name in calls(only(tmp_path)) if not name.startswith("i386:")]


def test_nothing_of_the_recorder_stays_behind(tmp_path: Path) -> None:
    """Neither a program in the kernel nor a file of ours besides the recording."""

    def programs() -> int:
        return sum(
            "bpf-prog" in target
            for process in Path("/proc").glob("[0-9]*")
            for target in _descriptors(process)
        )

    before = programs()
    record_command(tmp_path, "docker", "run", "--rm", "--name", "one", PROGRAMS, "/calls23")
    assert programs() == before
    assert [path.name for path in tmp_path.iterdir()] == ["one.recording.json"]


def _descriptors(process: Path) -> list[str]:
    try:
        return [str(entry.readlink()) for entry in (process / "fd").iterdir()]
    except OSError:  # ended meanwhile, or another's that root here may not look at
        return []


def test_quiet_says_nothing_when_all_is_well(tmp_path: Path) -> None:
    run = ("docker", "run", "--rm", "--network", "none", "--name", "one", PROGRAMS, "/calls23")
    done = record_command(tmp_path, *run, options=("--quiet",))
    assert (done.status, done.err) == (0, "")
