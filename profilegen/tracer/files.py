"""Collects the events of opened, mapped and executed files from the ring buffer."""

from __future__ import annotations

import ctypes
import sys
from collections import defaultdict
from typing import Any

from profilegen.tracer.layout import FileAccess
from profilegen.tracer.observation import ProgramSeen

MAX_PATHS = 100_000
"""Per subject. More are counted as lost: a container must not fill the recorder's memory."""

MAX_TEXT = 32 * 1024 * 1024
"""Bytes of memory for the paths of all subjects together: 100,000 of a common length are 12 MB. As every
character is at most six bytes of JSON a byte of memory, a recording file stays below what can be read."""


def decode_path(components: bytes) -> str:
    """Path of an event: components from the file upwards, each with its NUL."""
    names = components.split(b"\0")[:-1]
    return "/" + decode_name(b"/".join(reversed(names)))


def decode_name(raw: bytes) -> str:
    r"""File names are bytes; what is no UTF-8 becomes ``\xNN``, a backslash itself ``\x5c``."""
    return raw.replace(b"\\", b"\\x5c").decode("utf-8", "backslashreplace")


class FileCollector:
    """Sets of what was opened, mapped and executed, by subject index."""

    def __init__(self) -> None:
        self.files: dict[int, dict[str, FileAccess]] = defaultdict(dict)
        self.programs: dict[int, dict[int, ProgramSeen]] = defaultdict(dict)
        self.lost = 0
        self._room = MAX_TEXT

    def add(self, event: Any, address: int) -> None:
        """Take one ``struct event`` that starts at ``address``; char arrays of ctypes end at a NUL."""
        start = address + type(event).data.offset
        path = decode_path(ctypes.string_at(start, event.path_bytes))
        access = FileAccess(event.access)
        if access & FileAccess.EXECUTE:
            script = None
            if event.script_bytes:
                raw = ctypes.string_at(start + event.path_bytes, event.script_bytes)
                script = decode_name(raw.rstrip(b"\0"))
            program = ProgramSeen(path, script)
            self._keep(self.programs[event.subject], event.program, program, program.name)
        else:
            known = self.files[event.subject]
            self._keep(known, path, access | known.get(path, FileAccess(0)), path)

    def _keep(self, store: dict[Any, Any], key: Any, value: Any, text: str) -> None:
        if key not in store:
            size = sys.getsizeof(text)
            if len(store) >= MAX_PATHS or size > self._room:
                self.lost += 1
                return
            self._room -= size
        store[key] = value
