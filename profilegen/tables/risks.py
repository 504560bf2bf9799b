"""What calls open to whoever may make them, from ``syscall_tables/risks.csv``."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, NamedTuple

from profilegen.conditions import Conjunction, conjunction
from profilegen.tables.rows import read

if TYPE_CHECKING:
    from collections.abc import Mapping


class Risk(NamedTuple):
    """A call that is dangerous, or is with some arguments."""

    name: str
    conditions: Annotated[Conjunction, conjunction]
    """The dangerous arguments; none: whatever they are."""
    opens: str
    source: str


@cache
def risks() -> Mapping[str, tuple[Risk, ...]]:
    """All of them, by the name of the call.

    Raises:
        DataFileError: the file is missing or damaged.
    """
    found = read("risks.csv", Risk)
    return MappingProxyType(
        {name: tuple(group) for name, group in groupby(found, key=lambda risk: risk.name)}
    )
