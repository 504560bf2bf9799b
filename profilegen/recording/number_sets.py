"""Sets of small numbers as text, and as the bits of one number.

``0-3 7`` is 0, 1, 2, 3 and 7, or the bits of 143: short where most are in a row, which tests are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PATTERN = r"^(\d{1,5}(-\d{1,5})?( \d{1,5}(-\d{1,5})?)*)?$"
"""Of every text that is one; the numbers stay below 100,000."""


def numbers(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, in rising order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def to_text(bits: int) -> str:
    """The one text of a set: ranges apart from each other, in rising order."""
    ranges = []
    at = 0
    while bits:
        skipped = (bits & -bits).bit_length() - 1
        bits >>= skipped
        first = at + skipped
        length = (~bits & (bits + 1)).bit_length() - 1
        bits >>= length
        at = first + length
        ranges.append(str(first) if length == 1 else f"{first}-{at - 1}")
    return " ".join(ranges)


def from_text(text: str) -> int:
    """The bits of a set.

    Args:
        text: as PATTERN says; ranges may touch or overlap, and come in any order.
    """
    bits = 0
    for item in text.split():
        first, _, last = item.partition("-")
        length = int(last or first) - int(first) + 1
        if length > 0:
            bits |= ((1 << length) - 1) << int(first)
    return bits
