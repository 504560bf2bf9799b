"""What a capability check means for ``--cap-add``: the one judgement that emit and show share."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from profilegen.capabilities import Capability
from profilegen.recording import CapabilityUse, Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from profilegen.recording import CapabilityCheck, ExecutedFile


class CapabilityClass(StrEnum):
    """Why a check counts or does not; the order of the members is the order of the tests."""

    REFUSED = "refused (missing, or dropped)"
    RUNTIME = "used by the runtime before the program, no --cap-add needed"
    BORROWED = "used by the kernel itself, no --cap-add needed"
    OTHER_NAMESPACE = "used in a user namespace of the container's own, no --cap-add needed"
    UNAUDITED = "probed without audit (memory overcommit), no --cap-add needed"
    CHOSEN = "kept by the program from those that it had, no --cap-add needed"
    NEEDED = "granted to the program"

    @property
    def counts(self) -> bool:
        """Whether ``--cap-add`` takes it."""
        return self is CapabilityClass.NEEDED


_TESTS: tuple[tuple[CapabilityClass, Callable[[CapabilityCheck], bool]], ...] = (
    (CapabilityClass.REFUSED, lambda check: not check.granted),
    (CapabilityClass.RUNTIME, lambda check: check.phase is Phase.RUNTIME),
    (CapabilityClass.BORROWED, lambda check: not check.own_credentials),
    (CapabilityClass.OTHER_NAMESPACE, lambda check: not check.own_user_namespace),
    (CapabilityClass.UNAUDITED, lambda check: check.audited is False and not _decides(check)),
    (CapabilityClass.CHOSEN, lambda check: check.use is CapabilityUse.CHOSEN),
)

_DECIDING = {Capability.CAP_SYS_ADMIN: frozenset({"seccomp", "prctl"})}
"""Calls that ask without audit and fail for the answer: a filter without no_new_privs (kernel/seccomp.c)."""


def capability_class(check: CapabilityCheck) -> CapabilityClass:
    """The first class that applies."""
    return next((kind for kind, applies in _TESTS if applies(check)), CapabilityClass.NEEDED)


def refused_to_program(check: CapabilityCheck) -> bool:
    """Whether the program itself, after its execve, was refused what ``--cap-add`` would have given."""
    return capability_class(check.model_copy(update={"granted": not check.granted})).counts


def _decides(check: CapabilityCheck) -> bool:
    return bool(_DECIDING.get(check.capability, frozenset()).intersection(check.syscalls))


def execve_needs(file: ExecutedFile) -> Iterator[Capability]:
    """What must be in the bounding set for an execve of this file, though nothing is ever checked.

    The kernel refuses a file whose effective set it cannot give whole (bprm_caps_from_vfs_caps of
    security/commoncap.c), to root too.
    """
    if file.file_effective:
        yield from file.file_capabilities
