"""What the kernel side saw of one subject, in the kernel's own terms: numbers, masks, paths."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from profilegen.abi import Abi
from profilegen.errors import CannotTraceError
from profilegen.tracer.layout import NUMBERS
from profilegen.vocabulary import CapabilityUse, Phase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.tracer.host.file_capabilities import FileCapabilities
    from profilegen.tracer.layout import CheckFlags, UnknownSeen
    from profilegen.vocabulary import Access, Lost


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """A system call by its number, before any table has named it."""

    abi: Abi
    number: int


@dataclass(frozen=True, slots=True)
class Abis:
    """Native and compat ABI; the kernel side counts their calls by one index, the native ones first.

    The compat ABI is the one that IS_COMPAT of ``kernel/arch_NATIVE.h`` tells.
    """

    native: Abi
    compat: Abi

    @classmethod
    def of_machine(cls, machine: str | None = None) -> Abis:
        """Those of a machine by its ``uname -m`` (default: this one).

        Raises:
            UsageError: there is no table for it.
            CannotTraceError: there is one, but no kernel side.
        """
        native = Abi.of_machine(machine)
        if native not in _COMPAT:
            raise CannotTraceError(
                f"nothing can be recorded on {native} yet", f"record on {' or '.join(_COMPAT)}"
            )
        return cls(native, _COMPAT[native])

    def call(self, index: int) -> Call:
        """The call at an index below twice NUMBERS."""
        return Call(self.native if index < NUMBERS else self.compat, index % NUMBERS)

    def unknown(self, number: int, *, compat: bool) -> Call:
        """The call with a number that the kernel side does not count; those of x32 are among them.

        The number is an int as in ``seccomp_data.nr``, whatever the width that it came in: -1 is -1.
        """
        abi = self.compat if compat else self.native
        number = (number + 2**31) % 2**32 - 2**31
        return Call(Abi.of_call(abi.audit_arch, number) or abi, number)


_COMPAT = {Abi.X86_64: Abi.I386, Abi.ARM64: Abi.ARM}


Arguments = tuple[int, ...]


TestNumbers = int
"""A set of tests by their numbers: bit n stands for test n."""


@dataclass(frozen=True, slots=True)
class SeenInTests:
    """Which tests ran when something was seen of a subject: by numbers, from 1 on; 0: none did."""

    born: int = 0
    """When its cgroup was made."""
    ended: int = 0
    """When its cgroup was removed."""
    calls: Mapping[Call, TestNumbers] = field(default_factory=dict)
    """Calls of its programs."""
    files: Mapping[str, int] = field(default_factory=dict)
    """The first test alone, of files by their paths and of executed ones by :attr:`ProgramSeen.name`."""


@dataclass(frozen=True, slots=True)
class ArgumentsSeen:
    """One combination of all six arguments of an argument-sensitive call, masked."""

    call: Call
    values: Arguments
    phase: Phase = Phase.APP
    tests: TestNumbers = 0


@dataclass(frozen=True, slots=True)
class RefusalSeen:
    """A call answered by the container's filter. errno None: SIGSYS."""

    call: Call
    errno: int | None
    values: Arguments
    program: str | None
    anything: bool = False
    """With more combinations of arguments than are told apart: ``values`` mean nothing."""


@dataclass(frozen=True, slots=True)
class CapabilitySeen:
    """The first check of its kind: capability number, flags, the call under way, the program."""

    number: int
    flags: CheckFlags
    call: Call
    program: str | None
    askers: tuple[str, ...] = ()
    """Functions of the kernel that asked, the innermost first; none where nobody can tell."""
    before: int | None = None
    """The capability that the kernel asks for before this one, if the call was refused it."""
    use: CapabilityUse = CapabilityUse.CHECKED
    ring: bool = False
    """A worker of an io_uring asked: ``call`` has no name."""
    tests: TestNumbers = 0


@dataclass(frozen=True, slots=True)
class LowPortSeen:
    """A port that was bound without a capability; one needs it below ``start`` there."""

    port: int
    start: int
    program: str | None


@dataclass(frozen=True, slots=True)
class ProgramSeen:
    """An executed file; ``script`` is the name that an interpreted script was called by."""

    path: str
    script: str | None
    mode: int = 0
    """``st_mode`` of inode(7), 0: not known."""
    capabilities: FileCapabilities | None = None
    """None: nobody could look."""
    given: int = 0
    """Capabilities that the kernel gave a task that is not root for it."""

    @property
    def name(self) -> str:
        """The program's name in a recording: its path, for a script interpreter and script."""
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
    """Of the first program; of one that ran before the recorder what is left of it."""
    calls: Mapping[Call, Mapping[Phase, str | None]]
    """The first program of each phase in which the call was seen."""
    enosys: frozenset[Call]
    arguments: tuple[ArgumentsSeen, ...]
    refused: tuple[RefusalSeen, ...]
    capabilities: tuple[CapabilitySeen, ...]
    unknown: Mapping[Call, UnknownSeen]
    programs: tuple[ProgramSeen, ...]
    files: Mapping[str, tuple[Access, ...]]
    anything: frozenset[Call] = frozenset()
    """Calls with more combinations of arguments than are told apart: what is in ``arguments`` is a part."""
    wait_status: int | None = None
    """How the first process ended, as wait(2) encodes it; None: it runs, or ran before the recorder did."""
    ended: bool = False
    """Its cgroup is gone."""
    low_ports: tuple[LowPortSeen, ...] = ()
    ring_files: bool = True
    """Files that an io_uring opened are among ``files``, where it used the task's descriptors."""
    ring_slots: bool = False
    """An io_uring has opened a file into a table of its own, which is not."""
    ring_workers: bool = True
    """What the workers of an io_uring do is the container's."""
    cpus: int = 0
    """CPUs that the first process may run on by its affinity: thousands without a limit; 0: not known."""
    ambient_set: int = 0
    """Of the first program."""
    left_out: tuple[str, ...] | None = None
    """Programs, as far as they are known, of processes that came from outside with more than the container
    has: nothing else is known of them. None: there was no such process."""
    in_tests: SeenInTests = field(default_factory=SeenInTests)


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything since the tracer attached."""

    subjects: tuple[SubjectObservation, ...]
    lost: Mapping[Lost, int]
    unattributed: int = 0
    """How often it was not kept in which test something was seen."""
