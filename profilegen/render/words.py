"""Words for what a recording holds as numbers and flags."""

from __future__ import annotations

import errno
import socket
from enum import StrEnum
from typing import TYPE_CHECKING

from profilegen.recording import Phase

if TYPE_CHECKING:
    from profilegen.recording import CapabilityCheck, Recording
    from profilegen.recording.model import Seen


class CapabilityClass(StrEnum):
    """What a capability check means for ``--cap-add``; the order of the members is the order of tests."""

    REFUSED = "refused"
    RUNTIME = "the runtime's own, before the program"
    BORROWED = "with borrowed credentials (overlayfs), no need"
    OTHER_NAMESPACE = "in another user namespace, no need"
    NEEDED = "granted to the program"


def capability_class(check: CapabilityCheck) -> CapabilityClass:
    """The first class that applies."""
    if not check.granted:
        return CapabilityClass.REFUSED
    if check.phase is Phase.RUNTIME:
        return CapabilityClass.RUNTIME
    if not check.own_credentials:
        return CapabilityClass.BORROWED
    return CapabilityClass.NEEDED if check.own_user_namespace else CapabilityClass.OTHER_NAMESPACE


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


def seen_once(item: Seen, recording: Recording) -> bool:
    """Whether just one of several merged runs saw it: it may depend on timing, or on one test."""
    return len(recording.run_ids) > 1 and len(item.runs) == 1
