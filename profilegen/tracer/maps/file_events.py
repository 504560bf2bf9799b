"""Collects the events of opened, mapped and executed files from the ring buffer."""

from __future__ import annotations

import ctypes
import sys
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from profilegen.text import path_text
from profilegen.tracer.layout import FileEvent
from profilegen.tracer.maps.executed import ExecutedPrograms
from profilegen.tracer.observation import ProgramSeen

if TYPE_CHECKING:
    from collections.abc import Callable

    from profilegen.tracer.host.file_capabilities import Looked

    Look = Callable[[int, int, str], Looked | None]

MAX_PATHS = 131_072
"""Different ones in a recording. More are counted as lost: no container may fill the recorder's memory."""

MAX_TEXT = 32 * 1024 * 1024
"""Bytes of memory for them: 100,000 of a common length are 12 MB. As every character is at most six bytes
of JSON a byte of memory, a recording file stays below what can be read."""

MAX_FRESH = 1024
"""Files that are looked at once more, at one time; a second look is a courtesy."""


def decode_path(components: bytes) -> str:
    """Path of an event: components from the file upwards, each with its NUL."""
    names = components.split(b"\0")[:-1]
    return "/" + path_text(b"/".join(reversed(names)))


class FileCollector:
    """What was opened, mapped and executed, by the subject's place; a path is kept once for all of them.

    Args:
        event: the ctypes structure of ``struct event``, whose last member is as long as it says itself.
        look: called at once for every program that is new or has changed: place, process, path.
    """

    def __init__(self, event: Any, look: Look | None = None) -> None:
        self._look = look
        self.files: dict[int, dict[str, int]] = defaultdict(dict)
        self.executed = ExecutedPrograms()
        self.lost = 0
        self._first_tests: dict[int, dict[str, int]] = defaultdict(dict)
        self._fresh: list[tuple[int, int, str, str, Looked]] = []
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
        access = int(event.access)
        if not access:
            if self._look is not None:  # opens the root for what follows
                self._look(event.subject, event.process, path)
        elif access & (FileEvent.EXECUTE | FileEvent.OUTSIDE):
            script = None
            if event.script_bytes:
                script = path_text(record[end : end + event.script_bytes].rstrip(b"\0"))
            program = ProgramSeen(path, script, event.mode, given=event.given)
            if self._kept(program.name) is None:
                return
            self._first_tests[event.subject].setdefault(program.name, event.test)
            if access & FileEvent.OUTSIDE:
                self.executed.leave_out(event.subject, program.name)
                return
            looked = None if access & FileEvent.UNREAD else self._looked(event, path, program.name)
            found = None if looked is None else looked.capabilities
            self.executed.add(event.subject, event.program, replace(program, capabilities=found))
        else:
            kept = self._kept(path)
            if kept is not None:
                self._first_tests[event.subject].setdefault(kept, event.test)
                known = self.files[event.subject]
                known[kept] = access | known.get(kept, 0)

    def look_again(self) -> None:
        """Look at files once more that were changed just before their execve.

        The kernel's clock stands still for some milliseconds: another change in that time has left no trace.
        """
        fresh, self._fresh = self._fresh, []
        for place, process, path, name, before in fresh:
            again = None if self._look is None else self._look(place, process, path)
            if again is not None and again.file == before.file:
                self.executed.found_again(place, name, again.capabilities)

    def first_tests(self, place: int) -> dict[str, int]:
        """The number of the first test of each path; of a file that was first seen in none it is left out."""
        return {path: test for path, test in self._first_tests.get(place, {}).items() if test}

    def forget(self, place: int) -> None:
        """The subject at this place was read and is gone. Its paths stay counted: a recording keeps them."""
        self.files.pop(place, None)
        self._first_tests.pop(place, None)
        self.executed.forget(place)
        self._fresh = [one for one in self._fresh if one[0] != place]

    def _looked(self, event: Any, path: str, name: str) -> Looked | None:
        looked = None if self._look is None else self._look(event.subject, event.process, path)
        if looked is not None and looked.fresh and len(self._fresh) < MAX_FRESH:
            self._fresh.append((event.subject, event.process, path, name, looked))
        return looked

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
