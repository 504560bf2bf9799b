"""Compiled programs as a value: kept as text, and tied to whatever maps there are."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.tracer.bpf.objectcode import MapDefinition, ObjectCode, with_maps

LOAD_MAP, LOAD_NUMBER, EXIT = (0x18, 0x11), (0x18, 0x01), (0x95, 0x00)


def instruction(operation: int, registers: int, immediate: int) -> bytes:
    return struct.pack("<BBhi", operation, registers, 0, immediate)


def test_the_text_makes_the_same_value() -> None:
    code = ObjectCode(
        (MapDefinition("m", 2, 4, 8, 16, 0, "int", ["s", [["a", "char", [8]]], "struct_packed"]),),
        {"on_x": bytes(range(256))},
        {"x": 7},
        through_perf=True,
    )
    assert ObjectCode.from_json(code.to_json()) == code


@given(st.text() | st.sampled_from(["{}", "[]", '{"maps": [{}], "functions": {}, "types": {}}', "1"]))
def test_anything_else_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        ObjectCode.from_json(text)


def test_maps_alone_are_renumbered() -> None:
    def code(number: int) -> bytes:
        return b"".join(
            (
                instruction(*LOAD_MAP, number),
                instruction(0, 0, 0),
                instruction(*LOAD_NUMBER, 3),
                instruction(0, 0, 0),
                instruction(*EXIT, 3),
            )
        )

    assert with_maps(code(3), {3: 40}) == code(40)
