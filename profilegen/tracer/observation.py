"""What the kernel side saw of one subject, in the kernel's own terms: numbers, masks, paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profilegen.tracer.layout import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.arch import Abi
    from profilegen.tracer.layout import CapabilityClass, FileAccess, LostKind, PhaseNumber, UnknownSeen
    from profilegen.tracer.programs import FileCapabilities


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """A system call by its number, before any table has named it."""

    abi: Abi
    number: int


@dataclass(frozen=True, slots=True)
class Abis:
    """Native and compat ABI; the kernel side counts their calls by one index, the native ones first."""

    native: Abi
    compat: Abi

    def call(self, index: int) -> Call:
        """The call at an index below twice NUMBERS."""
        return Call(self.native if index < NUMBERS else self.compat, index % NUMBERS)


@dataclass(frozen=True, slots=True)
class ArgumentsSeen:
    """One combination of masked arguments 0, 1 and 2 of an argument-sensitive call."""

    call: Call
    values: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class RefusalSeen:
    """A call answered by the container's filter. errno None: SIGSYS."""

    call: Call
    errno: int | None
    values: tuple[int, int, int]
    program: str | None


@dataclass(frozen=True, slots=True)
class CapabilitySeen:
    """The first check of its kind: capability number, class, the call under way, the program."""

    number: int
    kind: CapabilityClass
    call: Call
    program: str | None
    askers: tuple[str, ...] = ()
    """Functions of the kernel that asked, the innermost first; none where nobody can tell."""


@dataclass(frozen=True, slots=True)
class ProgramSeen:
    """An executed file; ``script`` is the name that an interpreted script was called by."""

    path: str
    script: str | None
    mode: int = 0
    """``st_mode`` of inode(7), 0: not known."""
    capabilities: FileCapabilities | None = None
    """None: nobody could look."""

    @property
    def name(self) -> str:
        """How the recording names it: the path, for a script interpreter and script."""
        return self.path if self.script is None else f"{self.path} {self.script}"


@dataclass(frozen=True, slots=True)
class SubjectObservation:
    """One subject: the cgroup of a container with everything below it."""

    cgroup_id: int
    cgroup_path: str
    born: int
    """When its cgroup was made, in ns since the boot; 0: before the recorder attached."""
    started: bool
    late: bool
    unconfined: bool
    no_new_privileges: bool
    bounding_set: int
    calls: Mapping[Call, Mapping[PhaseNumber, str | None]]
    """The first program of each phase in which the call was seen."""
    enosys: frozenset[Call]
    arguments: tuple[ArgumentsSeen, ...]
    refused: tuple[RefusalSeen, ...]
    capabilities: tuple[CapabilitySeen, ...]
    unknown: Mapping[Call, UnknownSeen]
    programs: tuple[ProgramSeen, ...]
    files: Mapping[str, FileAccess]


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything since the tracer attached."""

    subjects: tuple[SubjectObservation, ...]
    lost: Mapping[LostKind, int]
