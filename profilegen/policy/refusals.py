"""Which profile refused a call: the reference, the engine's own, or another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profilegen.recording import SeccompProfile
from profilegen.seccomp.matching import admits
from profilegen.seccomp.reference import DOCKER

if TYPE_CHECKING:
    from profilegen.abi import Abi
    from profilegen.capabilities import Capability
    from profilegen.policy.draft import Draft
    from profilegen.recording import Recording, RefusedSyscall
    from profilegen.seccomp.reference import Reference

_THE_ENGINES_OWN = {SeccompProfile.DEFAULT, SeccompProfile.UNCONFINED}


@dataclass(frozen=True)
class Judge:
    """Tells whose refusal it was.

    Attributes:
        measure: the reference.
        arch: native ABI of the policy.
        held: capabilities that the profile keeps, or that all containers had while they were recorded:
            Docker's default depends on them.
        engines_own: every container is known to have run under its engine's own default, of whatever version.
    """

    measure: Reference
    arch: Abi
    held: frozenset[Capability]
    engines_own: bool

    @classmethod
    def of(cls, draft: Draft) -> Judge:
        """The one for the containers of a recording."""
        containers = draft.recording.containers
        own = bool(containers) and all(one.seccomp_profile in _THE_ENGINES_OWN for one in containers)
        return cls(draft.measure, draft.arch, draft.kept | _had(draft.recording), own)

    def would_allow(self, item: RefusedSyscall) -> Reference | None:
        """The reference, or else Docker's default, if it would have allowed what was refused."""
        return next((one for one in (self.measure, DOCKER) if self._allows(one, item)), None)

    def repeats(self, item: RefusedSyscall) -> bool:
        """Whether the profile gives the same answer: the reference does, or it was the engine's own."""
        return self.engines_own or not self._allows(self.measure, item)

    def _allows(self, measure: Reference, item: RefusedSyscall) -> bool:
        base = (
            measure.allows_for(item.name, self.arch, self.held)
            if measure.lists(item.abi, self.arch)
            else None
        )
        if not base:
            return base is not None
        return item.anything or admits(base, dict(item.values))


def _had(recording: Recording) -> frozenset[Capability]:
    """The capabilities that all containers had, used or not."""
    sets = [frozenset(one.bounding_set) for one in recording.containers if not one.late]
    return frozenset.intersection(*sets) if sets else frozenset()
