"""Sets of numbers: text and bits say the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.recording.number_sets import PATTERN, from_text, numbers, to_text

sets = st.frozensets(st.integers(0, 300)).map(sorted)


@given(sets)
def test_text_and_bits_say_the_same(members: list[int]) -> None:
    bits = sum(1 << number for number in members)
    text = to_text(bits)
    assert re.fullmatch(PATTERN, text)
    assert from_text(text) == bits
    assert list(numbers(bits)) == members


@pytest.mark.parametrize(
    ("text", "members"),
    [("", []), ("0", [0]), ("7 0-3", [0, 1, 2, 3, 7]), ("1-3 2-5", [1, 2, 3, 4, 5]), ("9-3", [])],
)
def test_any_text_of_the_pattern_is_a_set(text: str, members: list[int]) -> None:
    assert re.fullmatch(PATTERN, text)
    assert list(numbers(from_text(text))) == members


def test_ranges_are_short() -> None:
    assert to_text((1 << 10_000) - 1) == "0-9999"
