"""Collects the events of opened, mapped and executed files from the ring buffer."""

from __future__ import annotations

import ctypes
import sys
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from profilegen.text import path_text
from profilegen.tracer.layout import FileAccess
from profilegen.tracer.observation import ProgramSeen

if TYPE_CHECKING:
    from collections.abc import Callable

    from profilegen.tracer.programs import FileCapabilities

    Look = Callable[[int, int, str], FileCapabilities | None]

MAX_PATHS = 131_072
"""Different ones in a recording. More are counted as lost: no container may fill the recorder's memory."""

MAX_TEXT = 32 * 1024 * 1024
"""Bytes of memory for them: 100,000 of a common length are 12 MB. As every character is at most six bytes
of JSON a byte of memory, a recording file stays below what can be read."""


def decode_path(components: bytes) -> str:
    """Path of an event: components from the file upwards, each with its NUL."""
    names = components.split(b"\0")[:-1]
    return "/" + path_text(b"/".join(reversed(names)))


class FileCollector:
    """What was opened, mapped and executed, by the subject's place; a path is kept once for all of them.

    Args:
        event: the ctypes structure of ``struct event``, whose last member is as long as it says itself.
        look: called at once for every program that is new: place, process, path.
    """

    def __init__(self, event: Any, look: Look | None = None) -> None:
        self._look = look
        self.files: dict[int, dict[str, FileAccess]] = defaultdict(dict)
        self.programs: dict[int, dict[int, ProgramSeen]] = defaultdict(dict)
        self.lost = 0
        members = event._fields_[:-1]
        self._header: Any = type("header", (ctypes.Structure,), {"_pack_": 1, "_fields_": members})
        self._data = event.data.offset
        self._texts: dict[str, str] = {}
        self._room = MAX_TEXT

    def add(self, record: bytes) -> None:
        """Take one ``struct event``."""
        event: Any = self._header.from_buffer_copy(record)
        end = self._data + event.path_bytes
        path = decode_path(record[self._data : end])
        access = FileAccess(event.access)
        if not access:
            if self._look is not None:  # opens the root for what follows
                self._look(event.subject, event.process, path)
        elif access & FileAccess.EXECUTE:
            script = None
            if event.script_bytes:
                script = path_text(record[end : end + event.script_bytes].rstrip(b"\0"))
            program = ProgramSeen(path, script, event.mode)
            known_programs = self.programs[event.subject]
            if event.program not in known_programs and self._kept(program.name) is not None:
                if self._look is not None:
                    found = self._look(event.subject, event.process, path)
                    program = replace(program, capabilities=found)
                known_programs[event.program] = program
        else:
            kept = self._kept(path)
            if kept is not None:
                known = self.files[event.subject]
                known[kept] = access | known.get(kept, FileAccess(0))

    def forget(self, place: int) -> None:
        """The subject at this place was read and is gone. Its paths stay counted: a recording keeps them."""
        self.files.pop(place, None)
        self.programs.pop(place, None)

    def _kept(self, text: str) -> str | None:
        """The one copy of a text; None if there is no room."""
        known = self._texts.get(text)
        if known is not None:
            return known
        size = sys.getsizeof(text)
        if len(self._texts) >= MAX_PATHS or size > self._room:
            self.lost += 1
            return None
        self._room -= size
        self._texts[text] = text
        return text
