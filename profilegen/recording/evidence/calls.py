"""System calls, their arguments, refused and unknown ones."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from profilegen.abi import Abi
from profilegen.files.untrusted import Many
from profilegen.recording.evidence.base import AnyOrder, Programs, Seen, joined_by, union
from profilegen.vocabulary import Phase

SyscallName = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]{0,63}$")]

Argument = tuple[Annotated[int, Field(ge=0, le=5)], Annotated[int, Field(ge=0, lt=2**64)]]
"""Index and value of an argument, as seccomp_data.args holds it."""


class Syscall(Seen):
    """A call that the container's filter let through, or that an unconfined container made."""

    abi: Abi
    name: SyscallName
    phases: Annotated[Many[Phase], joined_by(union)]
    programs: Programs = ()
    """The first program of each phase: path of the executable, for a script interpreter and script."""


class SyscallArguments(Seen):
    """One combination of arguments of an argument-sensitive call, masked as the data file says."""

    abi: Abi
    name: SyscallName
    values: Annotated[Many[Argument], AnyOrder()]
    """Pairs of (argument index, value after masking), sorted by index."""
    phases: Annotated[Many[Phase], joined_by(union)] = ()
    """Whose they were, as far as that is known."""
    anything: bool = False
    """More combinations than are told apart: this item has no values, other items the smallest of them."""


class RefusedSyscall(Seen):
    """A call that the container's filter answered itself."""

    abi: Abi
    name: SyscallName
    errno: Annotated[int, Field(ge=0, le=4095)] | None
    """None: killed with SIGSYS (KILL and TRAP cannot be told apart by the signal)."""
    values: Annotated[Many[Argument], AnyOrder()] = ()
    programs: Programs = ()
    anything: bool = False
    """More combinations than are told apart: this item has no values, and the errno no other item."""


class UnknownSyscall(Seen):
    """A number that the syscall table has no name for."""

    abi: Abi
    number: Annotated[int, Field(ge=-(2**31), lt=2**32)]
    executed: Annotated[bool, joined_by(any)]
    """False: answered ENOSYS by a filter or the kernel, a probe of a newer libc."""
