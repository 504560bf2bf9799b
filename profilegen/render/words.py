"""Words for what a recording holds as numbers and flags."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profilegen.recording import Recording
    from profilegen.recording.model import Seen, SyscallArguments


def errno_name(number: int | None) -> str:
    """``ENOSYS`` for 38; None is a kill."""
    return "killed (SIGSYS)" if number is None else errno.errorcode.get(number, f"errno {number}")


def family_name(number: int) -> str:
    """``AF_INET`` for 2, the number for a family that this Python does not know."""
    try:
        return socket.AddressFamily(number).name
    except ValueError:
        return str(number)


def socket_type_name(number: int) -> str:
    """``SOCK_STREAM`` for 1, the number for a type that this Python does not know."""
    try:
        return socket.SocketKind(number).name
    except ValueError:
        return str(number)


def arguments_in_words(call: SyscallArguments) -> str:
    """``AF_INET, SOCK_STREAM`` of a socket, ``argument 1 = 0x5401`` of anything else."""
    if call.anything:
        return "anything"
    values = dict(call.values)
    if call.name in ("socket", "socketpair") and {0, 1} <= values.keys():
        return f"{family_name(values[0])}, {socket_type_name(values[1])}"
    return ", ".join(f"argument {index} = {value:#x}" for index, value in call.values)


def seen_once(item: Seen, recording: Recording) -> bool:
    """Whether just one of several merged runs saw it: it may depend on timing, or on one test."""
    return len(recording.run_ids) > 1 and len(item.runs) == 1
