"""Address families and socket types by number, with AppArmor's names for them (``sockets.csv``)."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from profilegen.conditions import WHOLE_INT, Condition, Operator
from profilegen.tables.rows import read

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Number(NamedTuple):
    """One line of the data file."""

    kind: str
    name: str
    number: int


@cache
def names(kind: Literal["family", "type"]) -> Mapping[int, str]:
    """``inet`` for family 2, ``stream`` for type 1: Linux's numbers, whichever machine this is."""
    rows = read("sockets.csv", _Number)
    return MappingProxyType({row.number: row.name for row in rows if row.kind == kind})


def family_name(number: int) -> str:
    """``AF_INET`` for 2, the number for a family without a name here."""
    return f"AF_{names('family')[number].upper()}" if number in names("family") else str(number)


def type_name(number: int) -> str:
    """``SOCK_STREAM`` for 1, the number for a type without a name here."""
    return f"SOCK_{names('type')[number].upper()}" if number in names("type") else str(number)


def family_number(name: str) -> int | None:
    """The number of ``AF_ALG``; None if there is no such family here."""
    wanted = name.removeprefix("AF_").lower() if name.startswith("AF_") else ""
    return next((number for number, known in names("family").items() if known == wanted), None)


def family_condition(name: str) -> Condition:
    """The condition that holds for calls of ``socket`` with this address family.

    Raises:
        ValueError: there is no such family.
    """
    number = family_number(name)
    if number is None:
        raise ValueError(f"{name} is not an address family")
    return Condition(0, Operator.MASKED_EQUAL, WHOLE_INT, number)
