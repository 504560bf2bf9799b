"""The command after ``--``: started as the invoking user, waited for, signals passed on."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from profilegen.command.invoker import start_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from profilegen.command.invoker import Invoker

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SHELL_SIGNAL = 128
_ENDED = 0
_GRACE_SECONDS = 10.0  # as docker stop has it; PID 1 of a container ignores a SIGTERM that it does not handle


class Interruptions:
    """Signals as items of a queue, from entering to leaving; 0 stands for the command's end.

    SIGINT and SIGTERM, and SIGHUP: the terminal is gone, which is no reason to lose what was recorded.
    """

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[int] = queue.SimpleQueue()

    @contextmanager
    def caught(self) -> Iterator[Interruptions]:
        """Catch the signals; the previous handlers come back at the end."""
        nohup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        wanted = (number for number in _SIGNALS if not (nohup and number == signal.SIGHUP))
        before = {number: signal.signal(number, self._take) for number in wanted}
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
    command: Sequence[str],
    interruptions: Interruptions,
    invoker: Invoker | None,
    timeout: float | None,
    birthplace: AbstractContextManager[None] | None = None,
    variables: Mapping[str, str] | None = None,
) -> int:
    """Run to the end. After ``timeout`` seconds it gets SIGTERM, and 10 s later SIGKILL.

    On a terminal Ctrl-C reaches the command by itself, for it stays in the foreground group; elsewhere
    it has a group of its own, and the signals are passed on.

    Args:
        command: program and arguments.
        interruptions: caught signals, passed on.
        invoker: whom it runs as (default: who runs this).
        timeout: seconds.
        variables: of its environment, beside those of this process.
        birthplace: entered while the process is made, and left before it is waited for.

    Returns:
        Its status, 128 + n by signal.

    Raises:
        CommandNotStartableError: with the shell's status, 126 or 127.
    """
    foreground = sys.stdin.isatty()
    with birthplace or nullcontext():
        process = start_command(command, invoker, variables, process_group=None if foreground else 0)

    def wait() -> None:
        process.wait()
        interruptions.end()

    threading.Thread(target=wait, name="profilegen-command", daemon=True).start()
    deadline = None if timeout is None else time.monotonic() + timeout
    endings = iter((signal.SIGTERM, signal.SIGKILL))
    while True:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        number = interruptions.wait(left)
        if number == _ENDED:
            break
        if number is None:
            number = next(endings)
            deadline = time.monotonic() + _GRACE_SECONDS if number == signal.SIGTERM else None
        elif foreground and number == signal.SIGINT:
            continue
        if process.poll() is None:
            process.send_signal(number) if foreground else os.killpg(process.pid, number)
    status = process.returncode
    return _SHELL_SIGNAL - status if status < 0 else status
