"""Maps of this kernel, and their types as BCC describes them."""

import ctypes
import os
from collections.abc import Iterator

import pytest

from profilegen.tracer.bpf.maps import Map, type_of
from profilegen.tracer.bpf.objectcode import MapDefinition

KEY = ["key", [["subject", "unsigned int"], ["number", "unsigned int"]], "struct_packed"]
HASH, ARRAY, QUEUE = 1, 2, 22


@pytest.fixture
def rows() -> Iterator[Map]:
    made = Map(MapDefinition("rows", HASH, 8, 8, 30_000, 0, KEY, "unsigned long long"))
    yield made
    os.close(made.fd)


def test_a_struct_has_its_members_where_c_has_them() -> None:
    inner = ["pair", [["x", "unsigned char"], ["y", "unsigned char"]], "struct_packed"]
    members = [
        ["a", "unsigned int"],
        ["b", "unsigned char", [4]],
        ["c", "unsigned long long", [2]],
        ["d", inner],
        ["name", "char", [6]],
    ]
    made = type_of(["s", members, "struct_packed"])
    value = made.from_buffer_copy(bytes(range(1, 33)))
    assert ctypes.sizeof(made) == 32
    assert (value.a, bytes(value.b), value.c[1]) == (0x04030201, b"\5\6\7\10", 0x1817161514131211)
    assert (value.d.y, value.name) == (26, b"\x1b\x1c\x1d\x1e\x1f\x20")


@pytest.mark.kernel
def test_rows_are_found_and_deleted_by_subject(rows: Map) -> None:
    for number in range(20_000):  # more than one batch
        rows.put(rows.Key(number % 4, number), number * 2)
    found = rows.rows()
    assert {subject: len(of) for subject, of in found.items()} == dict.fromkeys(range(4), 5000)
    assert {(key.number, value) for key, value in found[3]} == {(n, 2 * n) for n in range(3, 20_000, 4)}
    assert set(rows.rows({1, 2})) == {1, 2}
    rows.delete([rows.Key(1, 9), *(key for key, _ in found[1]), rows.Key(1, 5)])  # two are missing by then
    assert set(rows.rows()) == {0, 2, 3}
    assert rows.get(rows.Key(0, 8)) == 16
    assert rows.get(rows.Key(1, 9)) is None


@pytest.mark.kernel
def test_arrays_and_queues() -> None:
    array = Map(MapDefinition("array", ARRAY, 4, 8, 3, 0, "int", KEY))
    array.put(2, array.Value(5, 6))
    assert (array.get(2).number, array.get(0).subject, array.get(3)) == (6, 0, None)
    queue = Map(MapDefinition("queue", QUEUE, 0, 4, 2, 0, None, "unsigned int"))
    queue.push(8)
    queue.push(9)
    assert list(iter(queue.pop, None)) == [8, 9]
    for made in (array, queue):
        os.close(made.fd)
