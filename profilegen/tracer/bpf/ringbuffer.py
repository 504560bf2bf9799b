"""Reads a BPF ring buffer: two mapped pages of positions and the data (Documentation/bpf/ringbuf.rst)."""

from __future__ import annotations

import mmap
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUSY, _DISCARDED = 1 << 31, 1 << 30  # BPF_RINGBUF_*_BIT of a record's length
_HEADER_BYTES = 8


class RingBuffer:
    """The one reader of a ring buffer.

    Args:
        fd: the map, BPF_MAP_TYPE_RINGBUF.
        size: its max_entries, bytes of data.
    """

    def __init__(self, fd: int, size: int) -> None:
        page = mmap.PAGESIZE
        self._mask = size - 1
        self._mine = mmap.mmap(fd, page)
        # The data is mapped twice, so that a record is never in two parts.
        self._theirs = mmap.mmap(fd, page + 2 * size, prot=mmap.PROT_READ, offset=page)
        self._read = memoryview(self._mine)[:8].cast("Q")
        self._written = memoryview(self._theirs)[:8].cast("Q")
        self._data = memoryview(self._theirs)[page:]
        self._fence = threading.Lock()

    def records(self) -> Iterator[bytes]:
        """The records that are there, the oldest first; each is given free when the next one is asked for."""
        position = self._read[0]
        while position < self._written[0]:
            start = position & self._mask
            length = int.from_bytes(self._data[start : start + 4], "little")
            if length & _BUSY:
                return
            with self._fence:  # what comes after it is read after the length: a lock is a memory barrier
                begin = start + _HEADER_BYTES
            if not length & _DISCARDED:
                yield bytes(self._data[begin : begin + length])
            position += (_HEADER_BYTES + (length & ~_DISCARDED) + 7) & ~7
            self._read[0] = position

    def close(self) -> None:
        """Unmap it."""
        for view in (self._read, self._written, self._data):
            view.release()
        self._mine.close()
        self._theirs.close()
