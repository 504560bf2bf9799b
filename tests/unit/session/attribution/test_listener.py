"""The socket: what it answers, and what nonsense does to it."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from profilegen.pytest_plugin.reporter import Reporter
from profilegen.session.attribution.listener import Listener
from profilegen.session.attribution.protocol import words_of
from profilegen.session.attribution.timeline import Timeline
from profilegen.vocabulary import LONGEST_TEST
from tests.support.recordings import recording


class Heard:
    """A timeline that is listened for, and the numbers that the kernel side was told."""

    def __init__(self, paths: tuple[Path, ...] = ()) -> None:
        self.timeline = Timeline()
        self.numbers: list[int] = []
        self.listener = Listener(
            self.timeline,
            self.numbers.append,
            lambda: dict.fromkeys(paths, recording()),
            lambda _: ("a line",),
            None,
        )
        self.listener.start()


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[Heard]:
    one = Heard((tmp_path / "a.recording.json",))
    with one.listener:
        yield one


def test_an_answer_comes_when_the_kernel_side_was_told(heard: Heard) -> None:
    reporter = Reporter(str(heard.listener.path))
    for phase in ("setup", "call", "teardown"):
        reporter.begin("test_a.py::test_x", phase)
        assert phase == "teardown" or len(heard.numbers) == heard.timeline.last
    reporter.idle()
    assert heard.numbers == [1, 2, 3, 0]
    assert heard.timeline.names == ["test_a.py::test_x"]
    assert reporter.complaint == ""


def test_it_names_the_files_that_were_saved(heard: Heard, tmp_path: Path) -> None:
    assert Reporter(str(heard.listener.path)).save() == (tmp_path / "a.recording.json",)
    assert Reporter(str(heard.listener.path)).conclude() == ["a line"]


def test_nobody_else_can_reach_it(heard: Heard) -> None:
    path = heard.listener.path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "message",
    [
        b"\xff",
        b"{}",
        b"\0",
        b"begin",
        b"begin\0a\0later",
        b"begin\0a\0call",
        b"hello\0x",
        b"[" * 60_000,
        b"idle",
        b"session\0x",
    ],
)
def test_nonsense_is_answered_with_an_error(heard: Heard, message: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.connect(str(heard.listener.path))
        connection.send(message)
        assert words_of(connection.recv(65_536))[0] == "error"
    assert Reporter(str(heard.listener.path)).save()


def test_any_name_is_a_name_that_a_file_can_hold(heard: Heard) -> None:
    reporter = Reporter(str(heard.listener.path))
    for name in ("\ud800", "\x1b[31m", "x" * 100_000, ""):
        reporter.begin(name, "call")
    assert all(len(name) <= LONGEST_TEST and name.encode() for name in heard.timeline.names)
    assert len(heard.timeline.names) == 4


def test_who_leaves_runs_no_test_any_more(heard: Heard) -> None:
    reporter = Reporter(str(heard.listener.path))
    reporter.begin("a", "call")
    reporter._socket.close()  # type: ignore[union-attr]
    other = Reporter(str(heard.listener.path))
    other.save()
    other.save()
    assert heard.numbers[-1] == 0


def test_a_recorder_that_has_gone_is_said_and_fails_nothing() -> None:
    one = Heard()
    with one.listener:
        reporter = Reporter(str(one.listener.path))
    reporter.begin("a", "call")
    assert "the recorder has gone" in reporter.complaint
    assert not one.listener.path.exists()
    assert reporter.save() == ()


def test_nobody_listens_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=os.strerror(2)):
        Reporter(str(tmp_path / "none"))
