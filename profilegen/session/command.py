"""The command after ``--``: started as the invoking user, waited for, signals passed on."""

from __future__ import annotations

import os
import pwd
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from profilegen.errors import CommandNotStartableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SHELL_SIGNAL = 128
_ENDED = 0


@dataclass(frozen=True, slots=True)
class Invoker:
    """The user behind sudo; files become theirs, the command runs as them."""

    uid: int
    gid: int
    name: str
    home: str

    @classmethod
    def of_environment(cls) -> Invoker | None:
        """From SUDO_UID (sudo(8)), None if root itself called."""
        uid = os.environ.get("SUDO_UID", "")
        if os.geteuid() != 0 or not uid.isdecimal() or int(uid) == 0:
            return None
        try:
            entry = pwd.getpwuid(int(uid))
        except KeyError:
            return None
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name, entry.pw_dir)


class Interruptions:
    """SIGINT and SIGTERM as items of a queue, from entering to leaving; 0 stands for the command's end."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[int] = queue.SimpleQueue()

    @contextmanager
    def caught(self) -> Iterator[Interruptions]:
        """Catch the signals; the previous handlers come back at the end."""
        before = {number: signal.signal(number, self._take) for number in _SIGNALS}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _take(self, number: int, _frame: object) -> None:
        self._queue.put(number)

    def end(self) -> None:
        """Say that the command is over."""
        self._queue.put(_ENDED)

    def wait(self, seconds: float | None) -> int | None:
        """The next signal's number, 0 for the command's end, None after so many seconds."""
        try:
            return self._queue.get(timeout=seconds)
        except queue.Empty:
            return None


def run_command(
    command: Sequence[str], interruptions: Interruptions, invoker: Invoker | None, timeout: float | None
) -> int:
    """Run to the end; after ``timeout`` seconds it gets SIGTERM. Returns its status, 128+n by signal.

    On a terminal Ctrl-C reaches the command by itself, for it stays in the foreground group; elsewhere
    it has a group of its own, and the signals are passed on.

    Raises:
        CommandNotStartableError: with the shell's status, 126 or 127.
    """
    foreground = sys.stdin.isatty()
    process = _start(command, invoker, foreground=foreground)

    def wait() -> None:
        process.wait()
        interruptions.end()

    threading.Thread(target=wait, name="profilegen-command", daemon=True).start()
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        number = interruptions.wait(left)
        if number == _ENDED:
            break
        if number is None:
            deadline, number = None, signal.SIGTERM
        elif foreground and number == signal.SIGINT:
            continue
        if process.poll() is None:
            process.send_signal(number) if foreground else os.killpg(process.pid, number)
    status = process.returncode
    return _SHELL_SIGNAL - status if status < 0 else status


def _start(command: Sequence[str], invoker: Invoker | None, *, foreground: bool) -> subprocess.Popen[bytes]:
    environment = dict(os.environ)
    user, group, groups = None, None, None
    if invoker is not None:
        environment.update(HOME=invoker.home, USER=invoker.name, LOGNAME=invoker.name)
        user, group, groups = invoker.uid, invoker.gid, os.getgrouplist(invoker.name, invoker.gid)
    try:
        return subprocess.Popen(
            list(command),
            env=environment,
            process_group=None if foreground else 0,
            user=user,
            group=group,
            extra_groups=groups,
        )
    except FileNotFoundError as error:
        raise CommandNotStartableError(f"{command[0]}: command not found", 127) from error
    except OSError as error:
        raise CommandNotStartableError(f"{command[0]}: {error.strerror}", 126) from error
