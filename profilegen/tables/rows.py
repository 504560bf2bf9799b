"""Rows of the CSV files in ``syscall_tables/``: header checked, order checked, nothing twice."""

from __future__ import annotations

import csv
from itertools import pairwise

from profilegen.errors import DataFileError
from profilegen.files import resources

Row = dict[str, str]


def read_rows(name: str, columns: tuple[str, ...]) -> tuple[Row, ...]:
    """The lines of a data file after its header.

    Args:
        name: file in ``syscall_tables/``, such as ``timing.csv``.
        columns: the header that it must have.

    Raises:
        DataFileError: the file is missing, has another header, a line of another length, is not
            sorted or has a line twice.
    """
    header, *lines = list(csv.reader(resources.read_table(name).splitlines())) or [[]]
    if tuple(header) != columns:
        raise DataFileError(f"the data file {name} does not start with {','.join(columns)}")
    for number, line in enumerate(lines, start=2):
        if len(line) != len(columns):
            raise DataFileError(f"the data file {name} has {len(line)} columns in line {number}")
    for before, after in pairwise(lines):
        if before >= after:
            raise DataFileError(
                f"the data file {name} is not sorted, or has a line twice, at {','.join(after)}"
            )
    return tuple(dict(zip(columns, line, strict=True)) for line in lines)
