"""How a seccomp profile compares an argument, and how a person reads that."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

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


class Comparison(Protocol):
    """One comparison of one argument; MASKED_EQUAL: ``(argument & value) == value_two``."""

    @property
    def index(self) -> int: ...  # noqa: D102
    @property
    def operator(self) -> Operator: ...  # noqa: D102
    @property
    def value(self) -> int: ...  # noqa: D102
    @property
    def value_two(self) -> int: ...  # noqa: D102


class ArgumentCheck(NamedTuple):
    """A :class:`Comparison` outside of any policy."""

    index: int  # type: ignore[assignment]  # tuple.index, which nobody calls
    operator: Operator
    value: int
    value_two: int = 0


Conjunction = tuple[ArgumentCheck, ...]
"""All of them must hold; none: whatever the arguments are."""


def conjunction(text: str) -> Conjunction:
    """From a data file: ``0 MASKED_EQ 0x7e020000 0;1 LT 7 0``.

    Raises:
        ValueError: the text is none.
    """
    return tuple(_check(part) for part in text.split(";") if part)


def _check(text: str) -> ArgumentCheck:
    index, operator, value, value_two = text.split(" ")
    return ArgumentCheck(int(index), Operator(f"SCMP_CMP_{operator}"), int(value, 0), int(value_two, 0))


def in_words(conditions: Iterable[Comparison]) -> str:
    """Such as ``argument 0 = 40``, ``argument 0 & 0x7e020000 = 0x10000000``."""
    return " and ".join(_in_words(condition) for condition in conditions)


def _in_words(condition: Comparison) -> str:
    if condition.operator is not Operator.MASKED_EQUAL:
        return f"argument {condition.index} {_SIGNS[condition.operator]} {_value(condition.value)}"
    if condition.value in (WHOLE_INT, 0xF):
        return f"argument {condition.index} = {_value(condition.value_two)}"
    return f"argument {condition.index} & {condition.value:#x} = {condition.value_two:#x}"


def _value(value: int) -> str:
    return str(value) if value < 256 else hex(value)
