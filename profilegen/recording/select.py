"""The part of a recording that was made on some architectures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from profilegen.abi import Abi
    from profilegen.recording.model import Recording


def of_natives(recording: Recording, natives: Container[Abi]) -> Recording:
    """The recording with the calls, native and compat, of these native ABIs alone; what has no ABI stays."""
    update = {
        name: tuple(item for item in getattr(recording, name) if item.abi.native in natives)
        for name in ("syscalls", "arguments", "refused", "capabilities")
    }
    return recording.model_copy(update=update)
