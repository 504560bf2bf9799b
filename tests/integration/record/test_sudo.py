"""`sudo profilegen record`: the command and all files are those of the user behind sudo."""

import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from profilegen.recording import load
from tests.support.containers import PROGRAMS
from tests.support.recorder import PROFILEGEN, calls

pytestmark = [pytest.mark.kernel, pytest.mark.engine]


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
