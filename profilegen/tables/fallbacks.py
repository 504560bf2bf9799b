"""Calls that a libc can do without (``fallbacks.csv``)."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from profilegen.tables.rows import read

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Fallback(NamedTuple):
    """One line of the data file."""

    name: str
    evidence: str


@cache
def fallbacks() -> Mapping[str, str]:
    """Names with the evidence that something falls back where the kernel says ENOSYS."""
    return MappingProxyType({row.name: row.evidence for row in read("fallbacks.csv", _Fallback)})
