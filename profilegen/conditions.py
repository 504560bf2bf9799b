"""One comparison of an argument in a seccomp profile, and its wording."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WHOLE_INT = 0xFFFFFFFF
"""Mask of an argument that the kernel takes as an int: the upper half of its register is noise."""


class Operator(StrEnum):
    """How an argument is compared (64-bit, unsigned), as in the OCI runtime specification."""

    NOT_EQUAL = "SCMP_CMP_NE"
    LESS = "SCMP_CMP_LT"
    LESS_EQUAL = "SCMP_CMP_LE"
    EQUAL = "SCMP_CMP_EQ"
    GREATER_EQUAL = "SCMP_CMP_GE"
    GREATER = "SCMP_CMP_GT"
    MASKED_EQUAL = "SCMP_CMP_MASKED_EQ"


_SIGNS = {
    Operator.NOT_EQUAL: "!=",
    Operator.LESS: "<",
    Operator.LESS_EQUAL: "<=",
    Operator.EQUAL: "=",
    Operator.GREATER_EQUAL: ">=",
    Operator.GREATER: ">",
}


@dataclass(frozen=True, order=True, slots=True)
class Condition:
    """One comparison of one argument; MASKED_EQUAL: ``(argument & value) == value_two``."""

    index: int
    operator: Operator
    value: int
    value_two: int = 0


Conjunction = tuple[Condition, ...]
"""All of them must hold; none: whatever the arguments are."""

Alternatives = tuple[Conjunction, ...]
"""One of them must hold; none: whatever the arguments are."""


def conjunction(text: str) -> Conjunction:
    """The conditions that a data file has as ``0 MASKED_EQ 0x7e020000 0;1 LT 7 0``.

    Raises:
        ValueError: the text is something else.
    """
    return tuple(_check(part) for part in text.split(";") if part)


def _check(text: str) -> Condition:
    index, operator, value, value_two = text.split(" ")
    return Condition(int(index), Operator(f"SCMP_CMP_{operator}"), int(value, 0), int(value_two, 0))


def in_words(conditions: Iterable[Condition]) -> str:
    """Such as ``argument 0 = 40``, ``argument 0 & 0x7e020000 = 0x10000000``."""
    return " and ".join(_in_words(condition) for condition in conditions)


def _in_words(condition: Condition) -> str:
    if condition.operator is not Operator.MASKED_EQUAL:
        return f"argument {condition.index} {_SIGNS[condition.operator]} {_value(condition.value)}"
    if condition.value in (WHOLE_INT, 0xF):
        return f"argument {condition.index} = {_value(condition.value_two)}"
    return f"argument {condition.index} & {condition.value:#x} = {condition.value_two:#x}"


def _value(value: int) -> str:
    return str(value) if value < 256 else hex(value)
