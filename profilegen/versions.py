"""Versions of kernels, engines and runtimes, as numbers that can be compared."""

from __future__ import annotations

import re

Version = tuple[int, ...]

OLDEST_KERNEL = (5, 10)
"""The oldest kernel that can record."""


def numbers(text: str) -> Version:
    """The leading numbers: ``1.1.5+ds1`` is (1, 1, 5), ``6.1.0-13-amd64`` (6, 1, 0); of none it is empty."""
    found = re.match(r"v?(\d{1,9}(?:\.\d{1,9})*)", text, re.ASCII)
    return tuple(int(number) for number in found[1].split(".")) if found else ()
