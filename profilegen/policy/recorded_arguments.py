"""What a recording knows of the arguments of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profilegen.tables.arguments import masks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.abi import Abi
    from profilegen.recording import Recording, SyscallArguments
    from profilegen.tables.always_arguments import Combination


class Known(NamedTuple):
    """The arguments a call was made with, on all ABIs together."""

    combinations: frozenset[Combination]
    complete: bool
    """True if ``combinations`` are all the arguments the call was made with."""
    anything: bool
    """True if the call was made with more combinations than a recording keeps apart."""


def known(recording: Recording, name: str) -> Known:
    """What is known of a call; complete if every ABI that made it told its arguments, or none made it."""
    items = [item for item in recording.arguments if item.name == name]
    abis = {call.abi for call in recording.syscalls if call.name == name} | {item.abi for item in items}
    of_abi = [_of(abi, name, [item for item in items if item.abi is abi]) for abi in abis]
    return Known(
        combinations=frozenset().union(*(one.combinations for one in of_abi)),
        complete=all(one.complete for one in of_abi),
        anything=any(one.anything for one in of_abi),
    )


def _of(abi: Abi, name: str, items: Iterable[SyscallArguments]) -> Known:
    """What one ABI tells; nothing where it passes the arguments in memory, whatever was recorded."""
    expected = [index for index, _ in masks(abi).get(name, ())]
    found = {item.values: [index for index, _ in item.values] == expected for item in items}
    valid = frozenset(values for values, as_expected in found.items() if expected and as_expected)
    return Known(valid, bool(valid) and all(found.values()), any(item.anything for item in items))
