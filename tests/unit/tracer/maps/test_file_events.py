"""What a container can make of the recorder's memory: so much and no more, what is left out is counted."""

from __future__ import annotations

import ctypes
import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from profilegen.formats.apparmor.patterns import pattern
from profilegen.text import path_text
from profilegen.tracer.host.file_capabilities import NONE, Looked, ProgramFiles
from profilegen.tracer.layout import FileEvent
from profilegen.tracer.maps import file_events as files
from profilegen.tracer.maps.file_events import FileCollector, decode_path
from profilegen.vocabulary import Access
from tests.support.aadfa import FileRules


class Event(ctypes.Structure):
    """`struct event` of the kernel's part, as BCC makes it."""

    _pack_ = 1
    _fields_ = (
        ("subject", ctypes.c_uint32),
        ("access", ctypes.c_uint32),
        ("test", ctypes.c_uint32),
        ("unused", ctypes.c_uint32),
        ("program", ctypes.c_uint64),
        ("given", ctypes.c_uint64),
        ("process", ctypes.c_uint32),
        ("mode", ctypes.c_uint32),
        ("path_bytes", ctypes.c_uint32),
        ("script_bytes", ctypes.c_uint32),
        ("data", ctypes.c_char * 4352),
    )


def add(
    collector: FileCollector,
    path: bytes,
    access: int = Access.READ.number,
    program: int = 1,
    given: int = 0,
    mode: int = 0o104755,
) -> None:
    raw = b"".join(name + b"\0" for name in reversed(path.split(b"/")[1:]))
    header = bytes(Event(0, access, 0, 0, program, given, 7, mode, len(raw), 0))[: Event.data.offset]
    collector.add(header + raw)


def test_a_file_is_kept_once_with_all_that_was_done_to_it() -> None:
    collector = FileCollector(Event)
    add(collector, b"/etc/hosts")
    add(collector, b"/etc/hosts", Access.WRITE.number)
    assert collector.files[0] == {"/etc/hosts": Access.READ.number | Access.WRITE.number}


def test_more_files_than_there_is_room_for_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_PATHS", 7)
    collector = FileCollector(Event)
    for number in range(12):
        add(collector, b"/%d" % number)
    add(collector, b"/3", Access.WRITE.number)  # a known one needs no room
    assert (len(collector.files[0]), collector.lost) == (7, 5)
    assert collector.files[0]["/3"] == Access.READ.number | Access.WRITE.number


@pytest.mark.parametrize("access", [Access.READ.number, FileEvent.EXECUTE])
def test_long_paths_have_less_room(monkeypatch: pytest.MonkeyPatch, access: int) -> None:
    """A hundred thousand of 4 KiB would be 400 MB."""
    monkeypatch.setattr(files, "MAX_TEXT", 100_000)
    collector = FileCollector(Event)
    for number in range(100):
        add(collector, b"/" + b"x" * 2000 + b"/%d" % number, access, number)
    kept = len(collector.files[0]) + len(collector.executed.programs(0))
    assert 40 < kept < 50
    assert collector.lost == 100 - kept


@given(st.lists(st.binary(min_size=1, max_size=20).filter(lambda name: not set(name) & {0, 47}), max_size=5))
def test_any_bytes_become_text_that_no_other_bytes_become(names: list[bytes]) -> None:
    text = decode_path(b"".join(name + b"\0" for name in reversed(names)))
    assert text.encode().decode() == text
    assert text.split("/")[1:] == (list(map(path_text, names)) or [""])
    restored = text.encode().decode("unicode_escape", "strict") if text.isascii() else None
    if restored is not None:
        assert restored.encode("latin-1") == b"/" + b"/".join(names)


def names() -> st.SearchStrategy[bytes]:
    """Any name of a file; often those that look like what text, patterns and C make of others."""
    alike = st.sampled_from(
        [b"\\", b"\\x5c", b"\\134", b"\\xff", b"\xff", b"\xc3", b"x5c", b"?", b"*", b"\n", b"a"]
    )
    return (
        st.binary(min_size=1, max_size=12) | st.lists(alike, min_size=1, max_size=4).map(b"".join)
    ).filter(lambda name: not set(name) & {0, 47} and name not in {b".", b".."})


@settings(max_examples=200)
@given(names(), names())
@example(b"a\\b", b"a\\x5cb")
@example(b"\xff", b"\\xff")
@example(b"a?", b"a\\?")
def test_a_rule_is_about_the_file_that_was_opened_and_no_other(name: bytes, other: bytes) -> None:
    """From the kernel's event to what the compiled profile allows."""
    collector = FileCollector(Event)
    add(collector, b"/srv/" + name)
    (path,) = collector.files[0]
    rules = FileRules.of(f'"{pattern(path)}" r')
    assert rules.names(2) == [b"/srv/" + name]
    assert bool(rules.rights(b"/srv/" + other)) is (other == name)


@given(names())
@example(b"a\\b")
@example(b"\xff")
def test_an_executed_file_is_found_again_whatever_its_name(
    tmp_path_factory: pytest.TempPathFactory, name: bytes
) -> None:
    root = tmp_path_factory.mktemp("root", numbered=True)
    process = root / "proc" / "7"
    process.mkdir(parents=True)
    (process / "root").symlink_to(root)
    (process / "cgroup").write_text("0::/docker/c0ffee\n")
    (root / os.fsdecode(name)).touch()
    opened = ProgramFiles(root / "proc")

    def look(place: int, process: int, path: str) -> Looked | None:
        return opened.look(place, process, "c0ffee", path)

    collector = FileCollector(Event, look)
    add(collector, b"/" + name, FileEvent.EXECUTE)
    opened.close()
    (program,) = collector.executed.programs(0)
    assert program.capabilities == NONE
