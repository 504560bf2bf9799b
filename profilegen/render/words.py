"""Words for what a recording holds as numbers and flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.tables.errnos import errno_name
from profilegen.tables.sockets import family_name, type_name

if TYPE_CHECKING:
    from profilegen.recording import Recording, RefusedSyscall
    from profilegen.recording.evidence.base import Seen
    from profilegen.recording.evidence.calls import SyscallArguments


def answer_name(call: RefusedSyscall) -> str:
    """What the filter answered: ``ENOSYS`` for 38, and no number is a kill."""
    if call.errno is None:
        return "killed (SIGSYS)"
    return errno_name(call.abi, call.errno) + (", with anything" if call.anything else "")


def arguments_in_words(call: SyscallArguments) -> str:
    """``AF_INET, SOCK_STREAM`` of a socket, ``argument 1 = 0x5401`` of anything else."""
    if call.anything:
        return "anything"
    values = dict(call.values)
    if call.name in ("socket", "socketpair") and {0, 1} <= values.keys():
        return f"{family_name(values[0])}, {type_name(values[1])}"
    return ", ".join(f"argument {index} = {value:#x}" for index, value in call.values)


def seen_once(item: Seen, recording: Recording) -> bool:
    """Whether just one of several merged runs saw it: it may depend on timing, or on one test."""
    return len(recording.run_ids) > 1 and len(item.runs) == 1
