"""The user behind sudo: the command runs as them, files become theirs."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profilegen.errors import CommandNotStartableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Invoker:
    """Numeric ids as the kernel wants them, and the variables that a login of the user would have."""

    uid: int
    gid: int
    groups: tuple[int, ...]
    """Supplementary ones: without ``docker`` among them the user's docker client reaches no daemon."""
    environment: tuple[tuple[str, str], ...]
    """HOME, USER, LOGNAME, SHELL, PATH."""

    @classmethod
    def of_environment(cls) -> Invoker | None:
        """Read SUDO_UID and its kin (sudo(8)); None if root itself called.

        A user that no database knows keeps the ids, and is never taken for root.
        """
        uid = os.environ.get("SUDO_UID", "")
        if os.geteuid() != 0 or not uid.isdecimal() or int(uid) == 0:
            return None
        gid = os.environ.get("SUDO_GID", "")
        path = _path_before_sudo() or os.environ.get("PATH", os.defpath)
        try:
            entry = pwd.getpwuid(int(uid))
        except (KeyError, OverflowError):
            name, own = os.environ.get("SUDO_USER", uid), int(gid) if gid.isdecimal() else int(uid)
            return cls(int(uid), own, (own,), _login(name, "/", "/bin/sh", path))
        own = int(gid) if gid.isdecimal() else entry.pw_gid
        return cls(
            entry.pw_uid,
            own,
            tuple(os.getgrouplist(entry.pw_name, own)),
            _login(entry.pw_name, entry.pw_dir, entry.pw_shell, path),
        )

    @property
    def owner(self) -> tuple[int, int]:
        """User and group of the files."""
        return self.uid, self.gid

    @property
    def identity(self) -> dict[str, Any]:
        """User and groups of a process, as keyword arguments of :class:`subprocess.Popen`."""
        return {"user": self.uid, "group": self.gid, "extra_groups": self.groups}


def start_command(
    command: Sequence[str],
    invoker: Invoker | None,
    variables: Mapping[str, str] | None = None,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Start what the user has typed, as the user.

    Args:
        command: program and arguments.
        invoker: whom it runs as (default: who runs this).
        variables: set beside those of this process and of the user's login.
        options: further ones of :class:`subprocess.Popen`.

    Raises:
        CommandNotStartableError: with the shell's 127 or 126.
    """
    environment = {**os.environ, **dict(invoker.environment if invoker else ()), **(variables or {})}
    try:
        return subprocess.Popen(
            list(command), env=environment, **options, **(invoker.identity if invoker else {})
        )
    except FileNotFoundError as error:
        raise CommandNotStartableError(f"{command[0]}: command not found", 127) from error
    except OSError as error:
        raise CommandNotStartableError(f"{command[0]}: {error.strerror}", 126) from error


def _login(name: str, home: str, shell: str, path: str) -> tuple[tuple[str, str], ...]:
    return ("HOME", home), ("USER", name), ("LOGNAME", name), ("SHELL", shell), ("PATH", path)


def _path_before_sudo() -> str:
    """The user's own PATH, which sudo replaces (secure_path) and only its own process still has."""
    process = os.getppid()
    while process > 1:
        folder = _PROC / str(process)
        try:
            if (folder / "exe").readlink().name == "sudo":
                variables = (folder / "environ").read_bytes().split(b"\0")
                found = next((text[5:] for text in variables if text.startswith(b"PATH=")), b"")
                return os.fsdecode(found)
            # proc(5): the name in parentheses may hold anything; state and parent follow the last one
            process = int((folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):  # it ended meanwhile
            return ""
    return ""
