"""The recording: facts that were seen, by whom, in a file that outlives the container.

Schema version 1. Collections are sorted tuples of frozen values, so that a recording has one
form in memory and one on disk, and merging is set union (:mod:`profilegen.recording.merge`).
No environment variable, pid or time is ever part of it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from profilegen.files.untrusted import Many
from profilegen.recording.evidence.attribution import Attribution, united
from profilegen.recording.evidence.base import Frozen, RunId, joined_by, smallest
from profilegen.recording.evidence.calls import RefusedSyscall, Syscall, SyscallArguments, UnknownSyscall
from profilegen.recording.evidence.capabilities import CapabilityCheck
from profilegen.recording.evidence.containers import Container, Host
from profilegen.recording.evidence.files import ExecutedFile, PathAccess
from profilegen.recording.evidence.network import LowPort
from profilegen.recording.run_count import RUNS_OF_RECORDING
from profilegen.vocabulary import Lost

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA_VERSION = 1

Subject = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$", max_length=200)
]
"""Becomes the name of a folder: one path element, never ``.`` or ``..``."""


class RingUnseen(StrEnum):
    """What an io_uring did for the program and nobody could see."""

    FILES = "files"
    """Names of files that it opened: before Linux 5.19 no tracepoint has the request."""
    SLOTS = "slots"
    """Names of files that it opened into a table of its own (direct descriptors)."""
    WORKERS = "workers"
    """What its workers did: threads of the kernel before Linux 5.12, in no container."""


class LostCount(Frozen):
    """How often something was dropped, the largest of the merged runs."""

    what: Lost
    count: Annotated[int, joined_by(max)] = Field(gt=0, lt=2**64)


class Completeness(Frozen):
    """What keeps the recording from being the whole truth."""

    lost: Many[LostCount] = ()
    unknown_syscalls: Many[UnknownSyscall] = ()
    rings: Many[RingUnseen] = ()
    """Nothing was lost: it cannot be had."""


class Recording(Frozen):
    """Everything that is known about one subject."""

    schema_version: Literal[1] = 1
    subject: Subject
    run_ids: Annotated[Many[RunId], joined_by(smallest(RUNS_OF_RECORDING))] = Field(
        min_length=1, max_length=RUNS_OF_RECORDING
    )
    """The smallest of all runs that are merged in it."""
    hosts: Many[Host]
    containers: Many[Container]
    syscalls: Many[Syscall] = ()
    arguments: Many[SyscallArguments] = ()
    refused: Many[RefusedSyscall] = ()
    capabilities: Many[CapabilityCheck] = ()
    executed: Many[ExecutedFile] = ()
    paths: Many[PathAccess] = ()
    low_ports: Many[LowPort] = ()
    completeness: Completeness = Completeness()
    attribution: Annotated[Attribution, joined_by(united)] = Attribution()
    """Which tests used what, where tests said so; a file without it has no such key."""


def _parts(base: type[Frozen]) -> Iterator[type[Frozen]]:
    for part in base.__subclasses__():
        yield part
        yield from _parts(part)


FIELDS = frozenset(name for part in _parts(Frozen) for name in part.model_fields)
"""The names of all fields of all parts of this schema version."""
