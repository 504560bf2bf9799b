"""Selects the part of a recording that was made on given architectures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from profilegen.abi import Abi
    from profilegen.recording.model import Recording


def of_natives(recording: Recording, natives: Container[Abi]) -> Recording:
    """Keep calls and checks of these native ABIs and their compat ABIs; files and ports stay."""
    update = {
        name: tuple(item for item in getattr(recording, name) if item.abi.native in natives)
        for name in ("syscalls", "arguments", "refused", "capabilities")
    }
    return recording.model_copy(update=update)
