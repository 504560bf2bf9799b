"""Which arguments of which calls a recording holds, from ``syscall_tables/arguments.csv``."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING

from profilegen.errors import DataFileError
from profilegen.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

Mask = tuple[int, int]
"""Index of the argument (0 to 5) and the bits of it that are recorded."""


@cache
def masks() -> Mapping[str, tuple[Mask, ...]]:
    """The recorded arguments of each argument-sensitive call, sorted by index.

    Raises:
        DataFileError: the file is missing or damaged.
    """
    rows = read_rows("arguments.csv", ("name", "index", "mask", "meaning"))
    try:
        return MappingProxyType(
            {
                name: tuple(sorted((int(row["index"]), int(row["mask"], 16)) for row in group))
                for name, group in groupby(rows, key=lambda row: row["name"])
            }
        )
    except ValueError as error:
        raise DataFileError(f"the data file arguments.csv has a damaged line: {error}") from error
