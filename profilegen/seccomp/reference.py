"""The profile that ours must not be wider than: Docker's default, or a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.seccomp.filter import Action, Answer, Filter, FilterRule
from profilegen.seccomp.representable import representable
from profilegen.seccomp.resolve import resolve
from profilegen.tables.engines import docker_default
from profilegen.tables.errnos import numbers
from profilegen.tables.syscalls import table

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from profilegen.abi import Abi
    from profilegen.conditions import Alternatives
    from profilegen.seccomp.document import Document


@dataclass(frozen=True)
class Reference:
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
    ) -> Reference:
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

    def allows_for(self, name: str, arch: Abi, kept: AbstractSet[Capability]) -> Alternatives | None:
        """How it allows a call to a container with these capabilities.

        Returns:
            None if it refuses the call, nothing in the tuple if it always allows it, else the
            alternative conditions, in which an argument may be compared more than once.
        """
        return _allows_for(self, name, arch, frozenset(kept))

    def conditions(self, name: str, arch: Abi) -> Alternatives:
        """The conditions of a call that a profile can keep, whatever capabilities it adds; nothing: none."""
        return _conditions(self, name, arch)

    def opening_capabilities(self, name: str, arch: Abi) -> tuple[Capability, ...]:
        """The capabilities one of which would make it allow the call."""
        opening = (one for one in Capability if self.allows_for(name, arch, {one}) is not None)
        return tuple(sorted(opening))

    def allowed_names(self, arch: Abi, kept: AbstractSet[Capability]) -> frozenset[str]:
        """The calls of an architecture that it allows, with conditions or without."""
        return frozenset(name for name in table(arch).names if self.allows_for(name, arch, kept) is not None)


@cache
def _allows_for(
    reference: Reference, name: str, arch: Abi, kept: frozenset[Capability]
) -> Alternatives | None:
    return reference.resolve(arch, kept).allowed_for(name)


@cache
def _conditions(reference: Reference, name: str, arch: Abi) -> Alternatives:
    return representable(reference.resolve(arch, frozenset()).allowed_for(name) or ())


@cache
def docker_default_filter(arch: Abi, kept: frozenset[Capability]) -> Filter:
    """The filter that a daemon on a native architecture makes of Docker's default for these capabilities."""
    return Filter(
        abis=(arch, *sorted(docker_default.architectures().get(arch, frozenset()))),
        default=Answer(Action.ERRNO, numbers(arch)[docker_default.DEFAULT_ERROR]),
        rules=tuple(
            FilterRule(
                rule.name,
                Answer(Action.ALLOW) if rule.errno is None else Answer(Action.ERRNO, rule.errno),
                rule.conditions,
            )
            for group in docker_default.rules().values()
            for rule in group
            if rule.applies(arch, kept)
        ),
    )


DOCKER = Reference("Docker's default", docker_default_filter)
