"""`profilegen record` as people meet it: a terminal, sudo, a program without a container, second runs."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from profilegen.recording import load
from profilegen.tracer.host.mounts import cgroup2_mount
from tests.integration.containers import container
from tests.integration.recorder import DEADLINE, PROFILEGEN, calls, only, profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

BASE, PROGRAMS = "profilegen-test/base", "profilegen-test/programs"
SOURCES = Path(__file__).parent.parent / "programs"
NO_ENGINE = {"DOCKER_HOST": "unix:///nowhere"}


def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, f"{what} took more than {DEADLINE} s"
        time.sleep(0.05)


def cgroups() -> set[Path]:
    return set(cgroup2_mount().glob("profilegen-*"))


# --- --process ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def calls23() -> str:
    subprocess.run(["make", "-s", "-C", str(SOURCES), "build/calls23"], check=True)
    return str(SOURCES / "build" / "calls23")


def process(directory: Path, *command: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
    """`record --process` where no engine answers."""
    done = profilegen(
        "record", "--process", "-o", str(directory), *options, "--", *command, environment=NO_ENGINE
    )
    return done.status, done.err


def test_a_process_is_recorded_exactly_without_an_engine_and_without_a_baseline(
    tmp_path: Path, calls23: str
) -> None:
    """The 23 calls, and exit_group; emit adds what belongs together, and nothing of a runtime."""
    before = cgroups()
    assert process(tmp_path, calls23)[0] == 0
    assert cgroups() == before
    recorded = load(tmp_path / "calls23.recording.json")
    expected = set((SOURCES / "calls23.txt").read_text().split()) | {"exit_group"}
    assert calls(recorded) == expected
    assert recorded.containers == ()
    done = profilegen("emit", str(tmp_path / "calls23.recording.json"), "-o", str(tmp_path / "p"), "--json")
    assert done.status == 0, done.err
    assert "runtime" not in (tmp_path / "p" / "calls23" / "seccomp.json").read_text()
    assert '"capset"' not in (tmp_path / "p" / "calls23" / "seccomp.json").read_text()
    assert profilegen("show", str(tmp_path / "calls23.recording.json")).status == 0


def test_children_belong_to_the_process_and_others_do_not(tmp_path: Path, calls23: str) -> None:
    """The same program runs outside all the while; only one run as a child comes into the recording."""
    assert process(tmp_path / "a", "sh", "-c", ":")[0] == 0
    busy = subprocess.Popen(["sh", "-c", f"while :; do {calls23}; done"])
    try:
        assert process(tmp_path / "b", "sh", "-c", ":")[0] == 0
    finally:
        busy.kill()
        busy.wait()
    assert process(tmp_path / "c", "sh", "-c", f"({calls23} & wait); exit 7")[0] == 7
    alone, beside, child = (calls(only(tmp_path / name)) for name in "abc")
    assert "timerfd_create" not in alone | beside
    assert "timerfd_create" in child


def test_what_outlives_the_command_is_said_and_its_cgroup_is_removed(tmp_path: Path) -> None:
    before = cgroups()
    script = (
        f"mkdir {cgroup2_mount()}/$(sed -n s/^0:://p /proc/self/cgroup)/inner; sleep 600 >&- 2>&- & echo $!"
    )
    done = profilegen("record", "--process", "-o", str(tmp_path), "--", "sh", "-c", script)
    survivor = int(done.out)
    try:
        os.kill(survivor, 0)
        assert done.status == 0
        assert "1 process of the command still runs" in done.err
        assert cgroups() == before
    finally:
        os.kill(survivor, signal.SIGKILL)


def test_the_cgroup_of_a_killed_recorder_goes_with_the_next_one_and_a_live_one_stays(tmp_path: Path) -> None:
    before = cgroups()

    def start(name: str) -> tuple[subprocess.Popen[str], Path]:
        known = cgroups()
        recorder = subprocess.Popen(
            [
                *PROFILEGEN,
                *("record", "-q", "--process", "-o", str(tmp_path / name), "--"),
                *("sh", "-c", "echo $$; exec sleep 600"),
            ],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        return recorder, next(iter(cgroups() - known)) if _line(recorder) else Path()

    def _line(recorder: subprocess.Popen[str]) -> bool:
        assert recorder.stdout is not None
        children.append(int(recorder.stdout.readline()))
        return True

    children: list[int] = []
    killed, left = start("killed")
    living, held = start("living")
    try:
        killed.kill()
        killed.wait()
        assert process(tmp_path / "x", "true")[0] == 0
        assert cgroups() - before == {left, held}, "its command still runs"
        os.kill(children[0], signal.SIGKILL)
        until(lambda: "populated 0" in (left / "cgroup.events").read_text(), "the command's end")
        assert process(tmp_path / "x", "true")[0] == 0
        assert cgroups() - before == {held}
    finally:
        living.send_signal(signal.SIGTERM)
        assert living.wait(DEADLINE) == 128 + signal.SIGTERM
        killed.kill()
    assert cgroups() == before


@pytest.mark.parametrize("options", [("--process",), ("--process", "--container", "web")])
def test_a_process_needs_a_command_and_no_container(tmp_path: Path, options: tuple[str, ...]) -> None:
    command = ("--", "true") if len(options) > 1 else ()
    done = profilegen("record", *options, "-o", str(tmp_path / "r"), *command)
    assert done.status == 2
    assert "profilegen record --process -o DIR -- COMMAND" in done.err
    assert not (tmp_path / "r").exists()


# --- a terminal --------------------------------------------------------------------------------------


class Terminal:
    """A program on a terminal of 120 columns, which it controls."""

    def __init__(self, *command: str) -> None:
        self._master, slave = os.openpty()
        os.set_blocking(self._master, True)
        self.text = ""
        self.process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "30"},
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # EIO: nobody has the other end any more
                return
            self.text += data.decode(errors="replace")

    def types(self, text: str) -> None:
        os.write(self._master, text.encode())

    def shows(self, pattern: str) -> None:
        until(lambda: bool(re.search(pattern, self.text)) or self.process.poll() is not None, f"{pattern!r}")
        assert re.search(pattern, self.text), self.text

    def ends(self) -> int:
        status = self.process.wait(DEADLINE)
        self._reader.join()
        os.close(self._master)
        return status

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(*arguments: str) -> Terminal:
        opened.append(Terminal(*PROFILEGEN, *arguments))
        return opened[-1]

    yield start
    for one in opened:
        one.kill()


def test_on_a_terminal_the_view_shows_containers_calls_and_capabilities(
    tmp_path: Path, terminal: Callable[..., Terminal]
) -> None:
    """Ctrl-C ends it; the view is gone then, the cursor is back, and the lines are there."""
    view = terminal("record", "-o", str(tmp_path), "--container", "people-view")
    view.shows("attached")
    script = "touch /f; chown 1:1 /f; sleep 600"
    with container("people-view", BASE, "sh", "-c", script, options=("--init",)):
        view.shows(r"people-view +[1-9]\d* +\d+: .*CHOWN")
        view.shows("containers: 1, running: 1, lost: 0")
        view.types("\x03")
        assert view.ends() == 0
    end = view.text.rpartition("\x1b[?25h")[2]
    assert end != view.text, "the cursor was hidden and never shown again"
    assert "saved" in end
    assert "next: profilegen emit" in end
    assert "recording people-view" in view.text
    assert "fchownat" in calls(only(tmp_path))


def test_a_command_has_the_terminal_to_itself(tmp_path: Path, terminal: Callable[..., Terminal]) -> None:
    """It sees a terminal, its output is whole, nothing is drawn over it, and Ctrl-C reaches it once."""
    script = (
        "test -t 0 && test -t 1 && test -t 2 && trap 'echo interrupted; exit 9' INT; echo here; sleep 600"
    )
    session = terminal("record", "--process", "-o", str(tmp_path), "--", "sh", "-c", script)
    session.shows("here\r\n")
    session.types("\x03")
    session.shows("interrupted\r\n")
    assert session.ends() == 9
    assert session.text.count("interrupted\r\n") == 1
    assert "\x1b" not in session.text


def test_a_quiet_recording_draws_nothing(tmp_path: Path, terminal: Callable[..., Terminal]) -> None:
    session = terminal("record", "-q", "--timeout", "2", "-o", str(tmp_path), "--container", "people-quiet")
    with container("people-quiet", BASE, "sleep", "600", options=("--init",)):
        assert session.ends() in (0, 4, 5)  # the container may have come after its two seconds, or before
    assert "\x1b" not in session.text
    assert "attached" not in session.text


# --- sudo --------------------------------------------------------------------------------------------


@pytest.fixture
def person() -> Iterator[pwd.struct_passwd]:
    """An ordinary user in the group docker who may use sudo; both are gone at the end."""
    name, rule = "profilegen-person", Path("/etc/sudoers.d/profilegen-person")
    subprocess.run(["useradd", "--create-home", "--groups", "docker", "--shell", "/bin/sh", name], check=True)
    try:
        rule.write_text(f"{name} ALL=(root) NOPASSWD: ALL\n")
        rule.chmod(0o440)
        yield pwd.getpwnam(name)
    finally:
        rule.unlink(missing_ok=True)
        subprocess.run(["userdel", "--remove", name], check=True, capture_output=True)


def as_person(person: pwd.struct_passwd, *command: str) -> subprocess.CompletedProcess[str]:
    """What the person types, in their home, with a PATH of their own."""
    return subprocess.run(
        command,
        user=person.pw_uid,
        group=person.pw_gid,
        extra_groups=os.getgrouplist(person.pw_name, person.pw_gid),
        cwd=person.pw_dir,
        env={
            "HOME": person.pw_dir,
            "PATH": f"{person.pw_dir}/bin:/usr/bin:/bin",
            "TERM": "dumb",
            **{name: value for name, value in os.environ.items() if name == "DOCKER_HOST"},
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_under_sudo_the_person_records_their_own_docker_and_owns_all_of_it(
    person: pwd.struct_passwd,
) -> None:
    """`sudo profilegen record -o ~/made/rec -- docker run ...`, typed by a user of the group docker."""
    directory = Path(person.pw_dir) / "made" / "rec"
    run = ("docker", "run", "--rm", "--name", "people-sudo", PROGRAMS, "/calls23")
    record = (
        "sudo",
        "--preserve-env=DOCKER_HOST",
        *PROFILEGEN,
        "record",
        "-o",
        str(directory),
        "--container",
        "people-sudo",
        "--",
        *run,
    )
    done = as_person(person, *record)
    assert done.returncode == 0, done.stderr
    made = directory / "people-sudo.recording.json"
    for path in (made, directory, directory.parent):
        assert (path.stat().st_uid, path.stat().st_gid) == (person.pw_uid, person.pw_gid), path
    assert len(calls(load(made))) == 24
    again = as_person(person, *record[:-1], "/static32")
    assert again.returncode == 0, again.stderr
    assert as_person(person, "rm", "-r", str(directory.parent)).returncode == 0


def test_under_sudo_the_command_is_the_persons(person: pwd.struct_passwd) -> None:
    """Ids, groups and variables are those of a login, and their own PATH finds their own programs."""
    own = Path(person.pw_dir) / "bin" / "mine"
    own.parent.mkdir()
    own.write_text('#!/bin/sh\nid -un; id -gn; id -Gn\necho "$HOME $USER $LOGNAME $SHELL $PATH"\n')
    own.chmod(0o755)
    direct = as_person(
        person, "env", f"USER={person.pw_name}", f"LOGNAME={person.pw_name}", "SHELL=/bin/sh", "mine"
    )
    done = as_person(person, "sudo", *PROFILEGEN, "record", "-q", "--process", "-o", "rec", "--", "mine")
    assert (done.returncode, done.stdout) == (0, direct.stdout), done.stderr
    assert (Path(person.pw_dir) / "rec" / "mine.recording.json").stat().st_uid == person.pw_uid


# --- second runs, and ends -------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "{}", "no recording", '{"schema_version": 99}'])
def test_append_onto_a_foreign_file_is_refused_before_the_run(tmp_path: Path, content: str) -> None:
    foreign = tmp_path / "touch.recording.json"
    foreign.write_text(content)
    status, said = process(tmp_path, "touch", str(tmp_path / "ran"), options=("--append",))
    assert status == 2
    assert str(foreign) in said
    assert foreign.read_text() == content
    assert not (tmp_path / "ran").exists()


def test_append_onto_another_subjects_recording_is_refused_before_the_run(tmp_path: Path) -> None:
    assert process(tmp_path, "true")[0] == 0
    shutil.move(tmp_path / "true.recording.json", tmp_path / "touch.recording.json")
    status, said = process(tmp_path, "touch", str(tmp_path / "ran"), options=("--append",))
    assert status == 2
    assert "a recording of true" in said
    assert not (tmp_path / "ran").exists()


def test_a_run_is_kept_whatever_happened_to_the_folder_meanwhile(tmp_path: Path) -> None:
    """A folder that vanished is made again; a file that came to be foreign is left alone."""
    directory = tmp_path / "rec"
    assert process(directory, "rm", "-r", str(directory))[0] == 0
    assert "unlinkat" in calls(load(directory / "rm.recording.json"))
    (source := tmp_path / "foreign").write_text("foreign")
    target = directory / "cp.recording.json"
    status, said = process(directory, "cp", str(source), str(target), options=("--append",))
    assert status == 2, said
    assert target.read_text() == "foreign"
    (saved,) = directory.glob("cp-*.recording.json")
    assert "openat" in calls(load(saved))


def test_the_timeout_ends_a_command_that_does_not_listen(tmp_path: Path) -> None:
    script = "trap '' TERM; while :; do sleep 1; done"
    done = record_command(tmp_path, "sh", "-c", script, options=("--process", "--timeout", "0.5"))
    assert done.status == 128 + signal.SIGKILL, done.err
    assert len(only(tmp_path).executed) > 0
