"""Records of a ring buffer, laid out in a file as the kernel does: behind the end comes the start again."""

import mmap
import os
from collections.abc import Iterator

import pytest

from profilegen.tracer.bpf.ringbuffer import RingBuffer

PAGE = mmap.PAGESIZE
SIZE = 4 * PAGE
BUSY, DISCARDED = 1 << 31, 1 << 30


class Writer:
    """The kernel's part."""

    def __init__(self) -> None:
        self.fd = os.memfd_create("ring")
        os.ftruncate(self.fd, 2 * PAGE + 2 * SIZE)
        self.position = 0

    @property
    def read(self) -> int:
        return int.from_bytes(os.pread(self.fd, 8, 0), "little")

    def write(self, content: bytes, flags: int = 0) -> int:
        """Returns the place of its header."""
        start = self.position
        record = (len(content) | flags).to_bytes(4, "little") + bytes(4) + content
        for offset, byte in enumerate(record):
            place = (start + offset) % SIZE
            for copy in (place, place + SIZE):
                os.pwrite(self.fd, bytes([byte]), 2 * PAGE + copy)
        self.position += (len(record) + 7) & ~7
        os.pwrite(self.fd, self.position.to_bytes(8, "little"), PAGE)
        return start

    def commit(self, start: int, length: int) -> None:
        for copy in (start % SIZE, start % SIZE + SIZE):
            os.pwrite(self.fd, length.to_bytes(4, "little"), 2 * PAGE + copy)


@pytest.fixture
def ring() -> Iterator[tuple[Writer, RingBuffer]]:
    writer = Writer()
    reader = RingBuffer(writer.fd, SIZE)
    yield writer, reader
    reader.close()
    os.close(writer.fd)


def test_records_come_in_their_order_and_once(ring: tuple[Writer, RingBuffer]) -> None:
    writer, reader = ring
    for content in (b"a", b"bb" * 50, b""):
        writer.write(content)
    assert list(reader.records()) == [b"a", b"bb" * 50, b""]
    assert list(reader.records()) == []
    assert writer.read == writer.position


def test_a_record_that_is_being_written_is_waited_for(ring: tuple[Writer, RingBuffer]) -> None:
    writer, reader = ring
    writer.write(b"first")
    start = writer.write(b"second", BUSY)
    writer.write(b"third")
    assert list(reader.records()) == [b"first"]
    assert writer.read == start
    writer.commit(start, 6)
    assert list(reader.records()) == [b"second", b"third"]


def test_a_discarded_record_is_passed_over(ring: tuple[Writer, RingBuffer]) -> None:
    writer, reader = ring
    writer.write(b"gone" * 9, DISCARDED)
    writer.write(b"here")
    assert list(reader.records()) == [b"here"]


def test_it_goes_round(ring: tuple[Writer, RingBuffer]) -> None:
    writer, reader = ring
    for number in range(40):
        content = bytes([number]) * 1000
        writer.write(content)
        assert list(reader.records()) == [content]
    assert writer.position > 2 * SIZE
