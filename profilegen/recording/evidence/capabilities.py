"""Capability checks, and capabilities that were looked at without one."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.files.untrusted import Many
from profilegen.recording.evidence.base import AnyOrder, Programs, Seen, joined_by, smallest, union
from profilegen.vocabulary import CapabilityUse, Phase

Askers = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.$]+( [A-Za-z0-9_.$]+)*$", max_length=1000)]
"""Functions of the kernel, the innermost first."""

ASKERS_KEPT = 4
"""Stacks of the kernel that a capability check keeps."""

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
    instead: Annotated[Many[Capability], AnyOrder()] = ()
    """One of these would have done as well: the kernel asks for them in turn, before or after this one."""
    phase: Phase
    abi: Abi
    syscalls: Annotated[Many[str], joined_by(union)] = ()
    programs: Programs = ()
    askers: Annotated[Many[Askers], joined_by(smallest(ASKERS_KEPT))] = ()
    """Who asked in the kernel: a few functions of its stack."""

    @property
    def enough(self) -> frozenset[Capability]:
        """Those of which one is enough here."""
        return frozenset({self.capability, *self.instead})
