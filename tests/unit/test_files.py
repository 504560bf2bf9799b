"""What a container can make of the recorder's memory: so much and no more, what is left out is counted."""

from __future__ import annotations

import ctypes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.tracer import files
from profilegen.tracer.files import FileCollector, decode_name, decode_path
from profilegen.tracer.layout import FileAccess


class Event(ctypes.Structure):
    """`struct event` of the kernel's part, as BCC makes it."""

    _pack_ = 1
    _fields_ = (
        ("subject", ctypes.c_uint32),
        ("access", ctypes.c_uint32),
        ("program", ctypes.c_uint64),
        ("process", ctypes.c_uint32),
        ("mode", ctypes.c_uint32),
        ("path_bytes", ctypes.c_uint32),
        ("script_bytes", ctypes.c_uint32),
        ("data", ctypes.c_char * 4352),
    )


def add(
    collector: FileCollector, path: bytes, access: FileAccess = FileAccess.READ, program: int = 1
) -> None:
    raw = b"".join(name + b"\0" for name in reversed(path.split(b"/")[1:]))
    header = bytes(Event(0, access, program, 7, 0o104755, len(raw), 0))[: Event.data.offset]
    collector.add(header + raw)


def test_a_file_is_kept_once_with_all_that_was_done_to_it() -> None:
    collector = FileCollector(Event)
    add(collector, b"/etc/hosts")
    add(collector, b"/etc/hosts", FileAccess.WRITE)
    assert collector.files[0] == {"/etc/hosts": FileAccess.READ | FileAccess.WRITE}


def test_more_files_than_there_is_room_for_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_PATHS", 7)
    collector = FileCollector(Event)
    for number in range(12):
        add(collector, b"/%d" % number)
    add(collector, b"/3", FileAccess.WRITE)  # a known one needs no room
    assert (len(collector.files[0]), collector.lost) == (7, 5)
    assert collector.files[0]["/3"] == FileAccess.READ | FileAccess.WRITE


@pytest.mark.parametrize("access", [FileAccess.READ, FileAccess.EXECUTE])
def test_long_paths_have_less_room(monkeypatch: pytest.MonkeyPatch, access: FileAccess) -> None:
    """A hundred thousand of 4 KiB would be 400 MB."""
    monkeypatch.setattr(files, "MAX_TEXT", 100_000)
    collector = FileCollector(Event)
    for number in range(100):
        add(collector, b"/" + b"x" * 2000 + b"/%d" % number, access, number)
    kept = len(collector.files[0]) + len(collector.programs[0])
    assert 40 < kept < 50
    assert collector.lost == 100 - kept


@given(st.lists(st.binary(min_size=1, max_size=20).filter(lambda name: not set(name) & {0, 47}), max_size=5))
def test_any_bytes_become_text_that_no_other_bytes_become(names: list[bytes]) -> None:
    text = decode_path(b"".join(name + b"\0" for name in reversed(names)))
    assert text.encode().decode() == text
    assert text.split("/")[1:] == (list(map(decode_name, names)) or [""])
    restored = text.encode().decode("unicode_escape", "strict") if text.isascii() else None
    if restored is not None:
        assert restored.encode("latin-1") == b"/" + b"/".join(names)
