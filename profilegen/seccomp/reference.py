"""The measure of what is wide: Docker's default seccomp profile, or another one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.policy.model import Condition
from profilegen.policy.representable import representable
from profilegen.seccomp.resolve import resolve
from profilegen.tables.engines import docker_default
from profilegen.tables.syscalls import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet

    from profilegen.abi import Abi
    from profilegen.conditions import Conjunction
    from profilegen.seccomp.document import Document
    from profilegen.seccomp.filter import Filter

Alternatives = tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True)
class Measure:
    """A profile that ours shall not be wider than.

    Attributes:
        title: how sentences call it.
        resolve: its filter on a native architecture, for the capabilities that a container keeps.
        capabilities: those that a container has under it.
        flags: where these stand, empty for Docker's own.
    """

    title: str
    resolve: Callable[[Abi, frozenset[Capability]], Filter]
    capabilities: frozenset[Capability] = DOCKER_DEFAULT
    flags: str = ""

    @classmethod
    def of_document(
        cls,
        document: Document,
        title: str,
        capabilities: frozenset[Capability] | None = None,
        flags: str = "",
    ) -> Measure:
        """What Docker would make of this file.

        Args:
            document: the profile.
            title: how sentences call it.
            capabilities: those of the flags that were committed with it; None: Docker's default.
            flags: name of the file that has them.
        """
        filters = cache(lambda arch, kept: resolve(document, arch, kept))
        if capabilities is None:
            return cls(title, filters)
        return cls(title, filters, capabilities, flags)

    def lists(self, abi: Abi, arch: Abi) -> bool:
        """Whether programs of this ABI can make calls at all."""
        return abi in self.resolve(arch, frozenset()).abis

    def opened(self, name: str, arch: Abi, kept: AbstractSet[Capability]) -> Alternatives | None:
        """How it allows a call to a container with these capabilities.

        Returns:
            None if it refuses the call, nothing in the tuple if it always allows it, else the
            alternative conditions, in which an argument may be compared more than once.
        """
        return _opened(self, name, arch, frozenset(kept))

    def conditions(self, name: str, arch: Abi) -> Alternatives:
        """The conditions of a call that a profile can keep, whatever capabilities it adds; nothing: none."""
        return _conditions(self, name, arch)

    def opening_capabilities(self, name: str, arch: Abi) -> tuple[Capability, ...]:
        """The capabilities one of which would make it allow the call."""
        opening = (one for one in Capability if self.opened(name, arch, {one}) is not None)
        return tuple(sorted(opening))


@cache
def _opened(measure: Measure, name: str, arch: Abi, kept: frozenset[Capability]) -> Alternatives | None:
    found = measure.resolve(arch, kept).opened(name)
    return None if found is None else _conditioned(found)


@cache
def _conditions(measure: Measure, name: str, arch: Abi) -> Alternatives:
    return _conditioned(representable(measure.resolve(arch, frozenset()).opened(name) or ()))


def _conditioned(found: Iterable[Conjunction]) -> Alternatives:
    return tuple(tuple(Condition(**check._asdict()) for check in one) for one in found)


DOCKER = Measure("Docker's default", docker_default.profile)


def opened(name: str, arch: Abi, kept: AbstractSet[Capability]) -> Alternatives | None:
    """How Docker's default allows a call, as :meth:`Measure.opened`."""
    return DOCKER.opened(name, arch, kept)


def allowed_names(arch: Abi, kept: AbstractSet[Capability]) -> frozenset[str]:
    """The calls of an architecture that Docker's default allows, with conditions or without."""
    return frozenset(name for name in table(arch).names if opened(name, arch, kept) is not None)
