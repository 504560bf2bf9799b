"""Arguments that a call is allowed with wherever it is allowed at all (``always_arguments.csv``).

Those of the runtime's own calls and of an engine's init, which no recording of a program need have seen,
those that the timing of threads decides, and those of a dynamic loader, which differ with the libc.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, NamedTuple

from profilegen.tables.arguments import masks
from profilegen.tables.rows import read

if TYPE_CHECKING:
    from profilegen.abi import Abi

Combination = tuple[tuple[int, int], ...]
"""Pairs of index and value, sorted by index."""

Written = tuple[tuple[int, int | None], ...]
"""The same in a data file; None: every recorded bit of the argument."""

_ALL = "all"
_LOADER, _RUNTIME, _INIT = "loader", "runtime", "init"


def written(text: str) -> Written:
    """A combination from a data file: ``2=0x3 3=all``; ``all`` is every recorded bit of the argument.

    Raises:
        ValueError: the text is not a combination.
    """
    pairs = (word.partition("=") for word in text.split())
    return tuple((int(index), None if value == _ALL else int(value, 16)) for index, _, value in pairs)


class _Always(NamedTuple):
    """One line of the data file."""

    name: str
    group: str
    values: Annotated[Written, written]
    evidence: str


@cache
def always(
    abi: Abi, name: str, *, portable: bool = True, runtime: bool = True, init: bool = False
) -> frozenset[Combination]:
    """The combinations of a call, none if nothing is known of it.

    Args:
        abi: native ABI that the profile is for.
        name: of the call.
        portable: those of other loaders too.
        runtime: those of the container runtime too.
        init: those of an engine's init too.
    """
    wanted = {_LOADER: portable, _RUNTIME: runtime, _INIT: init}
    return frozenset(
        resolved(abi, name, row.values) for row in _rows() if row.name == name and wanted.get(row.group, True)
    )


def resolved(abi: Abi, name: str, combination: Written) -> Combination:
    """A combination of a data file with the bits that are recorded of the call on an ABI."""
    recorded = dict(masks(abi).get(name, ()))
    return tuple((index, recorded.get(index, 0) if value is None else value) for index, value in combination)


@cache
def _rows() -> tuple[_Always, ...]:
    return read("always_arguments.csv", _Always)
