"""Whom the command runs as when root was borrowed."""

import os
import pwd
from pathlib import Path

import pytest

from profilegen.command import invoker
from profilegen.command.invoker import Invoker


@pytest.fixture(autouse=True)
def _as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    for name in ("SUDO_UID", "SUDO_GID", "SUDO_USER"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("uid", [None, "", "0", "-1", "x", "1 "])
def test_without_a_user_behind_it_root_is_root(monkeypatch: pytest.MonkeyPatch, uid: str | None) -> None:
    if uid is not None:
        monkeypatch.setenv("SUDO_UID", uid)
    assert Invoker.of_environment() is None


def test_a_known_user_has_the_ids_and_variables_of_a_login(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = next(one for one in pwd.getpwall() if one.pw_uid)
    monkeypatch.setenv("SUDO_UID", str(entry.pw_uid))
    monkeypatch.setenv("PATH", "/sudo/bin")
    found = Invoker.of_environment()
    assert found is not None
    assert found.owner == (entry.pw_uid, entry.pw_gid)
    assert set(found.groups) == set(os.getgrouplist(entry.pw_name, entry.pw_gid))
    assert dict(found.environment) == {
        "HOME": entry.pw_dir,
        "USER": entry.pw_name,
        "LOGNAME": entry.pw_name,
        "SHELL": entry.pw_shell,
        "PATH": "/sudo/bin",
    }


@pytest.mark.parametrize("uid", [54321, 2**70])
def test_a_user_that_no_database_knows_is_never_root(monkeypatch: pytest.MonkeyPatch, uid: int) -> None:
    monkeypatch.setenv("SUDO_UID", str(uid))
    monkeypatch.setenv("SUDO_GID", "54322")
    found = Invoker.of_environment()
    assert found is not None
    assert (found.owner, found.groups) == ((uid, 54322), (54322,))


def test_the_path_is_that_of_the_nearest_sudo_above(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for process, program, parent in ((9, "sh", 8), (8, "sudo", 7), (7, "bash", 1)):
        folder = tmp_path / str(process)
        folder.mkdir()
        (folder / "exe").symlink_to(f"/usr/bin/{program}")
        (folder / "stat").write_text(f"{process} (a) b ) S {parent} 1 1")
        (folder / "environ").write_bytes(f"A=1\0PATH=/of/{program}\0".encode())
    monkeypatch.setattr(invoker, "_PROC", tmp_path)
    monkeypatch.setattr(os, "getppid", lambda: 9)
    assert invoker._path_before_sudo() == "/of/sudo"
    (tmp_path / "8" / "exe").unlink()
    assert invoker._path_before_sudo() == ""
