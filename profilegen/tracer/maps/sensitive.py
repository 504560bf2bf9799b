"""The argument-sensitive calls of this machine's two ABIs, as the kernel side counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.tables.arguments import masks
from profilegen.tables.syscalls import table
from profilegen.tracer.layout import NUMBERS

if TYPE_CHECKING:
    from profilegen.tables.arguments import Mask
    from profilegen.tracer.observation import Abis


def sensitive_calls(abis: Abis) -> dict[int, tuple[Mask, ...]]:
    """The masks of each call by its index; the order is that of ``argument_mask.place``."""
    found = {}
    for abi, first in ((abis.native, 0), (abis.compat, NUMBERS)):
        for name, recorded in masks(abi).items():
            number = table(abi).number(name)
            if number is not None:
                found[first + number] = recorded
    return found
