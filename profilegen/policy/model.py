"""The policy: what the profiles will say, each decision with its reasons. Not yet any format."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.conditions import Alternatives, Conjunction
from profilegen.recording import Access
from profilegen.text import listed


class Frozen(BaseModel):
    """Base of all parts of a policy."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Why(StrEnum):
    """Where a decision comes from; the order is the order of the derivation's steps."""

    OBSERVED = "observed"
    TRANSLATED = "translated"
    """It stands for a call of the architecture that was recorded."""
    TIMING = "timing"
    SIBLING = "sibling"
    RUNTIME = "runtime"
    INIT = "init"
    """The init that an engine puts before the program makes it."""
    FALLBACK = "fallback"
    REFUSED = "refused"
    DEFAULT_CONDITION = "default-condition"
    ARGUMENTS = "arguments"
    BY_HAND = "by-hand"
    """The project file says so."""


UNSEEN = frozenset({Why.TIMING, Why.SIBLING, Why.RUNTIME, Why.INIT})
"""Reasons of calls that nobody was seen to make."""


class Reason(Frozen):
    """Why a line is in a profile, in words."""

    why: Why
    text: str


class SyscallRule(Frozen):
    """What happens to a call by name: allowed, or answered with an errno.

    ``conditions`` are alternatives, each a conjunction over different argument indexes (two
    conditions on one index in one OCI rule would be ORed by libseccomp). Empty: always.
    """

    name: str
    errno: int | None = None
    """None: allowed."""
    conditions: Alternatives = ()
    reasons: tuple[Reason, ...]

    @property
    def place(self) -> tuple[str, int, list[tuple[int, int]]]:
        """Where it stands in a policy: by name, what is allowed first, then by arguments."""
        arguments = [(one.index, one.value_two) for conditions in self.conditions for one in conditions]
        return self.name, -1 if self.errno is None else self.errno, arguments


class CapabilityRule(Frozen):
    """A capability that the container keeps."""

    capability: Capability
    reasons: tuple[Reason, ...]
    instead: tuple[Capability, ...] = ()
    """Each of these would do in its place."""


class FileRule(Frozen):
    """A path for AppArmor; ``execute`` marks what an execve started."""

    path: str
    access: tuple[Access, ...]
    execute: bool = False
    reasons: tuple[Reason, ...]


class NetworkRule(Frozen):
    """An address family and socket type seen in ``socket``, as numbers of the kernel; type 0: any."""

    family: int
    type: int
    reasons: tuple[Reason, ...]


class Severity(StrEnum):
    """How loud a note is: shown, or shown as a gap in the recording."""

    NOTE = "note"
    WIDER = "wider"
    """Allows what Docker's default would refuse: always named."""
    INCOMPLETE = "incomplete"


class Note(Frozen):
    """Something the user should read: never part of a profile."""

    severity: Severity
    text: str
    items: tuple[str, ...] = ()
    """A list that stands in the text, joined by commas."""

    def bounded(self, most: int) -> str:
        """The text with so many items at most, and how many more there are."""
        whole = ", ".join(self.items)
        return self.text.replace(whole, listed(self.items, most), 1) if whole else self.text


class What(StrEnum):
    """What is wider than Docker's default."""

    CALL = "call"
    ARGUMENTS = "arguments"
    ABI = "abi"
    CAPABILITY = "capability"


class Wider(Frozen):
    """Something that is allowed and that Docker's default refuses to the same capabilities."""

    what: What
    name: str
    conditions: Conjunction = ()
    """Of arguments: what is allowed; empty: whatever they are."""
    reasons: tuple[Reason, ...]
    needs: tuple[Capability, ...] = ()
    """With one of these Docker's default would allow it too."""
    unfiltered: bool = False
    """Seen in a container without a filter: whether the program goes on when refused is not known."""
    text: str


class RiskNote(Frozen):
    """What an allowed call opens to whoever gets hold of the program."""

    name: str
    conditions: Conjunction = ()
    """The dangerous arguments; empty: whatever they are."""
    opens: str
    source: str


class Policy(Frozen):
    """The decision about one subject for one native architecture."""

    subject: str
    arch: Abi
    abis: tuple[Abi, ...]
    """``arch`` first, then the compat ABIs that were seen."""
    default_errno: int
    syscalls: tuple[SyscallRule, ...]
    capabilities: tuple[CapabilityRule, ...]
    no_new_privileges: bool
    files: tuple[FileRule, ...]
    networks: tuple[NetworkRule, ...]
    notes: tuple[Note, ...]
    denied_files: tuple[FileRule, ...] = ()
    """Paths that are refused by hand, whatever ``files`` allows."""
    dropped: tuple[Capability, ...] = ()
    """Capabilities that the containers had while they were recorded, and do not need."""
    user: str = ""
    """Whom all containers ran as, if that is not root."""
    low_ports: tuple[int, ...] = ()
    """Ports below 1024 that were bound without NET_BIND_SERVICE, which they need elsewhere."""
    translated_from: tuple[Abi, ...] = ()
    """What was recorded instead of ``arch``; empty: ``arch`` itself."""
    main: bool = True
    """Its seccomp profile is the subject's ``seccomp.json``; else the file's name has the architecture."""
    wider: tuple[Wider, ...] = ()
    """What Docker's default, or what was chosen in its place, would refuse."""
    measure: str = "Docker's default"
    """What the profile was compared with."""
    risks: tuple[RiskNote, ...] = ()
    """What is allowed and dangerous."""
    engine: str = ""
    """The engine whose containers were recorded, the first by name; empty: none."""
    daemon_labels: tuple[str, ...] = ()
    """AppArmor labels of the engines' daemons, as far as they were recorded."""
    runtimes: bool = True
    """Calls of a container runtime are in: without them no container starts under the profile."""
