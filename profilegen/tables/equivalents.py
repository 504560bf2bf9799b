"""What a libc calls on another architecture in place of a call (``equivalents.csv``)."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from profilegen.tables.abi_groups import groups
from profilegen.tables.rows import read
from profilegen.tables.syscalls import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from profilegen.abi import Abi

EVERY_PROGRAM = "*"
"""In place of a name: what every program of the target calls."""

_WITHOUT = "without"
"""In place of a target: every ABI that lacks the name."""


class Equivalent(NamedTuple):
    """One line of the data file."""

    name: str
    source: str
    """Group of the ABIs that it was recorded on."""
    target: str
    equivalent: str
    """A call of the target, or one that has an equivalent there in its turn; empty: nothing stands for it."""
    reason: str
    evidence: str


@cache
def lines() -> Mapping[str, tuple[Equivalent, ...]]:
    """The lines of the data file by name.

    Raises:
        DataFileError: it is missing or damaged.
    """
    found: dict[str, list[Equivalent]] = defaultdict(list)
    for line in read("equivalents.csv", Equivalent):
        found[line.name].append(line)
    return MappingProxyType({name: tuple(group) for name, group in found.items()})


@cache
def equivalents(name: str, source: Abi, target: Abi) -> Mapping[str, Equivalent | None]:
    """The calls of the target that stand for one of the source, each with the line that says so.

    The name itself, where the target has it, comes first, with None. Nothing: the target has no such call.
    """
    names = table(target).names
    found: dict[str, Equivalent | None] = {}
    reached: dict[str, Equivalent | None] = {name: None}
    todo = [name]
    while todo:
        one = todo.pop(0)
        if one in names:
            found[one] = reached[one]
        for line in _lines(one, source, target):
            # What the target has already needs no second name that it lacks.
            if line.equivalent not in reached and (one not in names or line.equivalent in names):
                reached[line.equivalent] = line
                todo.append(line.equivalent)
    return MappingProxyType(found)


def why_nothing(name: str, source: Abi, target: Abi) -> str:
    """Why no call of the target stands for one, empty if nothing is known about it."""
    return next((line.reason for line in _lines(name, source, target) if not line.equivalent), "")


def _lines(name: str, source: Abi, target: Abi) -> Iterator[Equivalent]:
    lacks = table(target).number(name) is None
    for line in lines().get(name, ()):
        if line.source in groups(source) and (
            lacks if line.target == _WITHOUT else line.target in groups(target)
        ):
            yield line
