"""Arguments that another run of the same program may use, by timing alone (``timing_arguments.csv``)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, NamedTuple

from profilegen.tables.always_arguments import Combination, Written, resolved, written
from profilegen.tables.rows import read

if TYPE_CHECKING:
    from profilegen.abi import Abi


def _alternatives(text: str) -> tuple[Written, ...]:
    """Combinations such as ``0=0x11;0=0x4201``."""
    return tuple(written(part) for part in text.split(";"))


class _Line(NamedTuple):
    """One line of the data file."""

    name: str
    abi: str
    seen: Annotated[tuple[Written, ...], _alternatives]
    values: Annotated[tuple[Written, ...], _alternatives]
    group: str
    evidence: str


class ImpliedArguments(NamedTuple):
    """Combinations that a call is allowed with as soon as it was recorded with every one of ``seen``."""

    name: str
    abi: str
    """An ABI that must be listed, or ``any``."""
    seen: frozenset[Combination]
    values: frozenset[Combination]
    group: str
    evidence: str


@cache
def implied_arguments(arch: Abi) -> tuple[ImpliedArguments, ...]:
    """The lines of the data file, read for a native ABI."""
    return tuple(
        ImpliedArguments(
            row.name,
            row.abi,
            frozenset(resolved(arch, row.name, one) for one in row.seen),
            frozenset(resolved(arch, row.name, one) for one in row.values),
            row.group,
            row.evidence,
        )
        for row in read("timing_arguments.csv", _Line)
    )
