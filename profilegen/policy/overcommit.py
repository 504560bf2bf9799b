"""Which checks of SYS_ADMIN are about memory: not a need, though the kernel grants them.

Whoever has SYS_ADMIN may use the last three percent (cap_vm_enough_memory of security/commoncap.c, called by
__vm_enough_memory of mm/util.c, without audit). The kernel asks whenever private memory may be written, and
goes on in either case. A tracepoint does not tell such a check from another one, the call under way does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.capabilities import Capability

if TYPE_CHECKING:
    from profilegen.recording import CapabilityCheck, Recording

_CALLS = frozenset(
    (
        "brk", "execve", "execveat", "fork", "mmap", "mmap2", "mprotect", "mremap", "pkey_mprotect", "shmat",
        "shmget", "vfork",
    )
)  # fmt: skip
"""Calls that ask for SYS_ADMIN for no other reason."""


def is_about_memory(check: CapabilityCheck, recording: Recording) -> bool:
    """Whether all calls in which this check was seen copy or map memory, and need it for nothing else."""
    if check.capability is not Capability.CAP_SYS_ADMIN or not check.syscalls:
        return False
    others = set(check.syscalls) - _CALLS
    return not others or (others == {"clone"} and not _makes_namespaces(check, recording))


def _makes_namespaces(check: CapabilityCheck, recording: Recording) -> bool:
    """Whether a clone had a flag of a new namespace: what is recorded of its arguments is nothing else."""
    flags = [
        value
        for item in recording.arguments
        if item.name == "clone" and item.abi is check.abi
        for _index, value in item.values
    ]
    return not flags or any(flags)  # not recorded: it may have had any
