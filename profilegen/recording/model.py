"""The recording: facts that were seen, by whom, in a file that outlives the container.

Schema version 1. Collections are sorted tuples of frozen values, so that a recording has one
form in memory and one on disk, and merging is set union (:mod:`profilegen.recording.merge`).
No environment variable, pid or time is ever part of it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, FailFast, Field, StringConstraints

from profilegen.abi import Abi
from profilegen.capabilities import Capability

SCHEMA_VERSION = 1

T = TypeVar("T")

Many = Annotated[tuple[T, ...], FailFast()]
"""A collection of a file that may be an enemy's: a million wrong items are one error, not a million."""

RunId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""Random name of one run of the recorder. An item keeps at most the two smallest that saw it."""

SyscallName = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]{0,63}$")]

Subject = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$", max_length=200)
]
"""Becomes the name of a folder: one path element, never ``.`` or ``..``."""

Askers = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.$]+( [A-Za-z0-9_.$]+)*$", max_length=1000)]
"""Functions of the kernel, the innermost first."""

Argument = tuple[Annotated[int, Field(ge=0, le=5)], Annotated[int, Field(ge=0, lt=2**64)]]
"""Index and value of an argument, as seccomp_data.args holds it."""


class Frozen(BaseModel):
    """Base of all parts of a recording: immutable, and strict about what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Phase(StrEnum):
    """Whose call it was: the runtime's before its execve, or the program's after it."""

    RUNTIME = "runtime"
    APP = "app"


class SeccompMode(StrEnum):
    """How the container was confined while it was recorded."""

    FILTER = "filter"
    UNCONFINED = "unconfined"
    UNKNOWN = "unknown"


class Start(StrEnum):
    """Whether a container was started for the first time in its life."""

    UNKNOWN = "unknown"
    FIRST = "first"
    AGAIN = "again"


class End(StrEnum):
    """How the recorded run of a container ended."""

    UNKNOWN = "unknown"
    RUNNING = "running"
    """It still ran when the recording ended."""
    SUCCEEDED = "succeeded"
    """With status 0, by itself."""
    FAILED = "failed"
    """With another status or by a signal, by itself."""
    STOPPED = "stopped"
    """It was sent a signal from outside, as ``docker stop`` does, and ended by itself then."""
    KILLED = "killed"
    """By SIGKILL: whatever it does at its end was not seen."""


class Data(StrEnum):
    """What a container found in its volumes."""

    UNKNOWN = "unknown"
    NEW = "new"
    """Nothing but what its image brings."""
    OLD = "old"
    """Data of an earlier run, or of whoever filled them."""


class HealthCheck(StrEnum):
    """Whether the container's health check ran while it was recorded."""

    UNKNOWN = "unknown"
    NONE = "none"
    UNSEEN = "unseen"
    SEEN = "seen"


class SeccompProfile(StrEnum):
    """Which seccomp profile the engine gave the container."""

    UNKNOWN = ""
    DEFAULT = "default"
    """The engine's own."""
    CUSTOM = "custom"
    UNCONFINED = "unconfined"


class Access(StrEnum):
    """What was done with a path, as AppArmor sees it."""

    READ = "read"
    WRITE = "write"
    MAP_EXEC = "map_exec"


class CapabilityUse(StrEnum):
    """How a capability came up: by a check, or looked at without one."""

    CHECKED = "checked"
    INHERITABLE = "inheritable"
    """capset added it to the task's inheritable set."""
    AMBIENT = "ambient"
    """prctl added it to the task's ambient set."""
    PERMITTED = "permitted"
    """capset left it of a fixed list: of a task that never read its sets, or below half of what it had."""
    CHOSEN = "chosen"
    """capset left it as one of few, which the program chose from those that it had."""
    USER_NAMESPACE = "user namespace"
    """A task that had it made a user namespace that maps the container's root."""


class Host(Frozen):
    """Where it was recorded."""

    kernel: str
    arch: Abi


class Container(Frozen):
    """One container of the subject, as engine and kernel described it."""

    id: str
    name: str
    image: str = ""
    image_id: str = ""
    repo_digest: str | None = None
    command: Many[str] = ()
    user: str = ""
    engine: str = ""
    engine_version: str = ""
    runtime: str = ""
    runtime_version: str = ""
    daemon_label: Annotated[str, StringConstraints(max_length=1000)] = ""
    """AppArmor's label of the engine's daemon, as /proc/PID/attr/apparmor/current has it without the mode.

    Empty: unknown, no AppArmor, or an engine without a daemon.
    """
    privileged: bool = False
    no_new_privileges: bool = False
    seccomp: SeccompMode = SeccompMode.UNKNOWN
    seccomp_profile: SeccompProfile = SeccompProfile.UNKNOWN
    bounding_set: Many[Capability] = ()
    ambient_set: Many[Capability] = ()
    """Of the first program: what an engine gives a user who is not root by ``--cap-add`` alone."""
    project: Annotated[str, StringConstraints(max_length=1000)] = ""
    """Of the service that names the subject: ``FOLDER:FILE`` of the compose project, or a pod's workload.

    As much of the folder's path as tells the projects of the run apart, so that it is the same in each
    checkout. Empty: unknown, or the subject is called after something else.
    """
    service: str = ""
    """What the subject is called as long as no other project has a service of that name."""
    late: bool = False
    """It ran already when the recorder attached: its start was not seen."""
    start: Start = Start.UNKNOWN
    end: End = End.UNKNOWN
    health_check: HealthCheck = HealthCheck.UNKNOWN
    exec_seen: bool | None = None
    """Something was run in it by ``docker exec``, health checks aside; None: nobody would have said."""
    volumes: Many[str] = ()
    """Where it had volumes or folders of the host that it could write to."""
    data: Data = Data.UNKNOWN
    """What was in them when the run began."""
    one_cpu: bool = False
    """It had one CPU, or the time of one: what threads do side by side was hardly seen."""
    left_out: Many[str] = ()
    """Programs that came into it from outside with more than it has, as ``docker exec --privileged`` does: of
    them, and of what they started, nothing else is recorded. Empty text: one whose name is not known."""


class Seen(Frozen):
    """Base of the items: the smallest run ids that saw it (two are enough for "seen once")."""

    runs: Many[RunId] = Field(default=(), max_length=2)


class Syscall(Seen):
    """A call that the container's filter let through, or that an unconfined container made."""

    abi: Abi
    name: SyscallName
    phases: Many[Phase]
    programs: Many[str] = ()
    """The first program of each phase: path of the executable, for a script interpreter and script."""


class SyscallArguments(Seen):
    """One combination of arguments of an argument-sensitive call, masked as the data file says."""

    abi: Abi
    name: SyscallName
    values: Many[Argument]
    """Pairs of (argument index, value after masking), sorted by index."""
    phases: Many[Phase] = ()
    """Whose they were, as far as that is known."""
    anything: bool = False
    """More combinations than are told apart: this item has no values, other items the smallest of them."""


class RefusedSyscall(Seen):
    """A call that the container's filter answered itself."""

    abi: Abi
    name: SyscallName
    errno: Annotated[int, Field(ge=0, le=4095)] | None
    """None: killed with SIGSYS (KILL and TRAP cannot be told apart by the signal)."""
    values: Many[Argument] = ()
    programs: Many[str] = ()
    anything: bool = False
    """More combinations than are told apart: this item has no values, and the errno no other item."""


IO_URING = "io_uring"
"""Stands among the calls of a check that a worker of an io_uring made, which is in no call."""


class CapabilityCheck(Seen):
    """A capability that the kernel asked for or looked at, and what it answered."""

    capability: Capability
    use: CapabilityUse = CapabilityUse.CHECKED
    granted: bool
    own_credentials: bool
    """False: the kernel asked with overridden credentials (overlayfs uses its mounter's)."""
    copied_credentials: bool = False
    """They were a copy of the task's own, with other ids or sets, as access(2) makes one."""
    own_user_namespace: bool
    """True: asked against the user namespace that the container started in."""
    task_user_namespace: bool | None = None
    """True: against that of the asking task, which may have made one of its own."""
    audited: bool | None = None
    """False: a probe that leaves no trace in the audit log; who asked decides what it means."""
    asked_by: Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_.$]+)?$", max_length=200)] = ""
    """The innermost of the askers, of a check without audit; empty: with audit, or not known."""
    by_root: bool | None = None
    """Asked of the root of the machine; None: with audit, or not known."""
    instead: Many[Capability] = ()
    """One of these would have done as well: the kernel asks for them in turn, before or after this one."""
    phase: Phase
    abi: Abi
    syscalls: Many[str] = ()
    programs: Many[str] = ()
    askers: Many[Askers] = ()
    """Who asked in the kernel: a few functions of its stack."""

    @property
    def enough(self) -> frozenset[Capability]:
        """Those of which one is enough here."""
        return frozenset({self.capability, *self.instead})


class ExecutedFile(Seen):
    """A file that an execve started; ``interpreted`` names the script that it interprets."""

    path: str
    interpreted: str | None = None
    examined: bool = False
    """Its file capabilities could be read, each time that the file had changed."""
    file_capabilities: Many[Capability] = ()
    """The permitted set of its attribute ``security.capability``."""
    file_effective: bool = False
    """They are effective at once: execve fails without one in the bounding set (capabilities(7))."""
    given: Many[Capability] = ()
    """Those that the kernel gave a user who is not root for it, effective at once."""
    set_user: bool = False
    set_group: bool = False


class PathAccess(Seen):
    """A file by its real path inside the container: symlinks resolved, bind mounts right."""

    path: str
    access: Many[Access]


class LowPort(Seen):
    """A port below 1024 that was bound where the network namespace asks for no capability."""

    port: Annotated[int, Field(gt=0, lt=1024)]
    start: Annotated[int, Field(ge=0, lt=1024)]
    """``net.ipv4.ip_unprivileged_port_start`` there: a bind below it needs NET_BIND_SERVICE."""
    programs: Many[str] = ()


class UnknownSyscall(Seen):
    """A number that the syscall table has no name for."""

    abi: Abi
    number: Annotated[int, Field(ge=-(2**31), lt=2**32)]
    executed: bool
    """False: answered ENOSYS by a filter or the kernel, a probe of a newer libc."""


class Lost(StrEnum):
    """What the tracer had to drop, by the map or buffer that was full, or did not get to see."""

    CONTAINERS = "containers"
    TASKS = "tasks"
    PROGRAMS = "programs"
    ARGUMENTS = "arguments"
    REFUSED = "refused"
    UNKNOWN_SYSCALLS = "unknown_syscalls"
    PATHS = "paths"
    EVENTS = "events"
    """Anything: the kernel skipped one of the tracer's programs."""
    ANSWERED_SYSCALLS = "answered_syscalls"
    """Those that a filter of the program's own has answered: more waited at once than are looked through."""
    PORTS = "ports"


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
    count: int = Field(gt=0, lt=2**64)


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
    run_ids: Many[RunId] = Field(min_length=1)
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


FIELDS = frozenset(
    name
    for model in (
        Recording, Host, Container, Syscall, SyscallArguments, RefusedSyscall, CapabilityCheck,
        ExecutedFile, PathAccess, LowPort, Completeness, LostCount, UnknownSyscall,
    )
    for name in model.model_fields
)  # fmt: skip
"""The names of all fields of all parts of this schema version."""
