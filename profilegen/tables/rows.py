"""The one reader of the CSV files in ``syscall_tables/``: header, order and each field are checked."""

from __future__ import annotations

import csv
from enum import Enum
from itertools import pairwise
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from profilegen.errors import DataFileError
from profilegen.files import resources

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


def read(name: str, row: type[T]) -> tuple[T, ...]:
    """The lines of a data file as values of one type.

    Args:
        name: file in ``syscall_tables/``, with its ending.
        row: a NamedTuple whose fields are the columns: ``str``, ``int`` (``0x`` for hexadecimal), ``bool``
            (true if anything stands there), an enumeration by its value, one of these or None (empty), a
            frozenset or tuple of them (words), or ``Annotated[..., function]`` of the text.

    Raises:
        DataFileError: the file is missing, has another header, a line of another length, is not
            sorted, has a line twice, or a field is not of its type.
    """
    lines = _lines(name, resources.read_table(name), _columns(row))
    for number, (before, after) in enumerate(pairwise(lines), start=3):
        if before >= after:
            raise DataFileError(f"the data file {name} is not sorted, or has a line twice, in line {number}")
    return _converted(name, lines, row)


def read_unsorted(name: str, row: type[T]) -> tuple[T, ...]:
    """The lines of a data file whose order is not that of its texts, else as :func:`read`."""
    return _converted(name, _lines(name, resources.read_table(name), _columns(row)), row)


def _columns(row: type[T]) -> Sequence[str]:
    return tuple(get_type_hints(row))


def _lines(name: str, text: str, columns: Sequence[str]) -> list[list[str]]:
    header, *lines = list(csv.reader(text.splitlines())) or [[]]
    if tuple(header) != columns:
        raise DataFileError(f"the data file {name} does not start with {','.join(columns)}")
    for number, line in enumerate(lines, start=2):
        if len(line) != len(columns):
            raise DataFileError(f"the data file {name} has {len(line)} columns in line {number}")
    return lines


def _converted(name: str, lines: Sequence[Sequence[str]], row: type[T]) -> tuple[T, ...]:
    converters = [_converter(hint) for hint in get_type_hints(row, include_extras=True).values()]
    found = []
    for number, line in enumerate(lines, start=2):
        try:
            fields = [convert(text) for convert, text in zip(converters, line, strict=True)]
        except ValueError as error:
            raise DataFileError(f"the data file {name} has a damaged line {number}: {error}") from error
        found.append(row(*fields))
    return tuple(found)


def _converter(hint: Any) -> Callable[[str], Any]:
    """What makes a field's value of its text; it raises a ValueError."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        function: Callable[[str], Any] = arguments[1]
        return function
    if origin is UnionType:
        inner = _converter(arguments[0])
        return lambda text: inner(text) if text else None
    if origin in (tuple, frozenset):
        of_word = _converter(arguments[0])
        return lambda text: origin(map(of_word, text.split()))
    if hint is int:
        return lambda text: int(text, 0)
    if hint in (str, bool) or issubclass(hint, Enum):
        return hint  # type: ignore[no-any-return]
    raise TypeError(f"a data file has no column of {hint}")
