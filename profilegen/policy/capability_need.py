"""What a capability check means for ``--cap-add``: the one judgement that emit and show share."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from profilegen.capabilities import Capability
from profilegen.recording import Access, CapabilityUse, Phase
from profilegen.recording.evidence.capabilities import ASKERS_KEPT
from profilegen.tables.capabilities.unaudited_checks import (
    Consequence,
    UnauditedCheck,
    unaudited_check,
    unaudited_checks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from profilegen.recording import CapabilityCheck, ExecutedFile, PathAccess, Recording

    Paths = Collection[PathAccess]


class Need(StrEnum):
    """Why a check makes a need of its capability or does not; the members are in the order of the tests."""

    REFUSED = "refused (missing, or dropped)"
    RUNTIME = "used by the runtime before the program, no --cap-add needed"
    BORROWED = "used by the kernel itself, no --cap-add needed"
    OTHER_NAMESPACE = "used in a user namespace of the container's own, no --cap-add needed"
    UNAUDITED = "probed without audit (memory overcommit), no --cap-add needed"
    LESS = "looked at without audit: the program goes on without, and is shown less"
    CHOSEN = "kept by the program from those that it had, no --cap-add needed"
    NEEDED = "granted to the program"

    @property
    def counts(self) -> bool:
        """Whether ``--cap-add`` takes it."""
        return self is Need.NEEDED


_TESTS: tuple[tuple[Need, Callable[[CapabilityCheck], bool]], ...] = (
    (Need.REFUSED, lambda check: not check.granted),
    (Need.RUNTIME, lambda check: check.phase is Phase.RUNTIME),
    (Need.BORROWED, lambda check: not (check.own_credentials or check.copied_credentials)),
    (Need.OTHER_NAMESPACE, lambda check: not check.own_user_namespace),
    (Need.CHOSEN, lambda check: check.use is CapabilityUse.CHOSEN),
)

_UNAUDITED = {
    Consequence.FAILS: Need.NEEDED,
    Consequence.LESS: Need.LESS,
    Consequence.NEVER: Need.UNAUDITED,
}

_DECIDING = {Capability.CAP_SYS_ADMIN: frozenset({"seccomp", "prctl"})}
"""Calls that ask without audit and fail for the answer, for recordings without the functions that asked: a
filter without no_new_privs (kernel/seccomp.c)."""


def need_of(check: CapabilityCheck, paths: Paths = ()) -> Need:
    """The first that applies.

    Args:
        check: of a recording.
        paths: the files of that recording: some capabilities matter only to who writes.
    """
    found = next((kind for kind, applies in _TESTS if applies(check)), Need.NEEDED)
    if found is Need.NEEDED and check.audited is False:
        return _UNAUDITED[_consequence(check, paths)]
    return found


def needed_checks(recording: Recording) -> Iterator[CapabilityCheck]:
    """The checks of a recording that make a capability a need."""
    return (check for check in recording.capabilities if need_of(check, recording.paths).counts)


def refused_to_program(check: CapabilityCheck, paths: Paths = ()) -> bool:
    """Whether the program itself, after its execve, was refused what ``--cap-add`` would have given."""
    return need_of(check.model_copy(update={"granted": not check.granted}), paths).counts


def asked_from(check: CapabilityCheck) -> tuple[UnauditedCheck | None, ...]:
    """The places of the kernel that asked without audit; None for one of which nothing is known."""
    found = [unaudited_check(check.capability, stack.split()) for stack in check.askers]
    if len(check.askers) >= ASKERS_KEPT:  # there may have been more
        found += unaudited_checks().get((check.asked_by, check.capability), ())
    return tuple(dict.fromkeys(found))


def _consequence(check: CapabilityCheck, paths: Paths) -> Consequence:
    """The gravest of the places that asked; where none is known, by the call."""
    if not check.asked_by:
        decides = _DECIDING.get(check.capability, frozenset()).intersection(check.syscalls)
        return Consequence.FAILS if decides else Consequence.NEVER
    places = [place for place in asked_from(check) if place is not None]
    found = {place.consequence for place in places if _matters(place, check, paths)}
    return next((one for one in Consequence if one in found), Consequence.NEVER)


def _matters(place: UnauditedCheck, check: CapabilityCheck, paths: Paths) -> bool:
    if place.root and check.by_root:
        return False
    return not place.writes or any(
        Access.WRITE in file.access and file.path.startswith(place.writes) for file in paths
    )


def execve_needs(file: ExecutedFile) -> Iterator[Capability]:
    """What must be in the bounding set for an execve of this file, though nothing is ever checked; sorted.

    The kernel refuses a file whose effective set it cannot give whole (bprm_caps_from_vfs_caps of
    security/commoncap.c), to root too.
    """
    read = file.file_capabilities if file.file_effective else ()
    yield from sorted({*read, *file.given})
