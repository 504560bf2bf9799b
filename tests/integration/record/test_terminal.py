"""`profilegen record` on a terminal: the view, the lines, and a command that has the terminal to itself."""

import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.containers import BASE, container
from tests.support.recorder import DEADLINE, PROFILEGEN, calls, eventually, only

pytestmark = [pytest.mark.kernel, pytest.mark.engine]


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
        eventually(
            lambda: bool(re.search(pattern, self.text)) or self.process.poll() is not None, f"{pattern!r}"
        )
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
