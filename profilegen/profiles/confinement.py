"""What confines a container: seccomp filters, capabilities and file rules, from wherever they were read."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from profilegen.abi import Abi
from profilegen.capabilities import DOCKER_DEFAULT
from profilegen.seccomp.reference import docker_default_filter
from profilegen.seccomp.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.capabilities import Capability
    from profilegen.seccomp.document import Document
    from profilegen.seccomp.filter import Filter


@dataclass(frozen=True)
class Source:
    """A text that was read, so that a finding can point into it.

    Attributes:
        file: path as the user gave it or as it lies below the current folder; ``REV:PATH`` of git.
        text: the whole text.
    """

    file: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Confinement:
    """One subject's, as it was committed.

    Attributes:
        subject: its name; empty: the file does not say.
        documents: seccomp profile by native architecture; under None the one for all others.
        capabilities: the bounding set that the flags give; None: nothing was said (Docker's default).
        sources: where the parts stand: ``seccomp`` and the architectures' names of their own
            (``seccomp.arm64``), ``capabilities``, ``apparmor``.
        apparmor: text of an AppArmor profile of ours; empty: none.
        warnings: what is unusual about the files, a sentence each.
    """

    subject: str
    documents: Mapping[Abi | None, Document]
    capabilities: frozenset[Capability] | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    apparmor: str = ""
    warnings: tuple[str, ...] = ()

    @cached_property
    def bounding_set(self) -> frozenset[Capability]:
        """The capabilities that a container has under it."""
        return DOCKER_DEFAULT if self.capabilities is None else self.capabilities

    def document(self, arch: Abi) -> Document | None:
        """The seccomp profile that an engine on a native architecture is given; None: there is none."""
        return self.documents.get(arch, self.documents.get(None))

    def filter(self, arch: Abi) -> Filter:
        """The filter on a native architecture; Docker's default where no seccomp profile is given."""
        document = self.document(arch)
        if document is None:
            return docker_default_filter(arch, self.bounding_set)
        return resolve(document, arch, self.bounding_set)

    @cached_property
    def arches(self) -> tuple[Abi, ...]:
        """Native architectures that the profiles are for, as far as they say so, sorted."""
        found = {arch for arch in self.documents if arch is not None}
        general = self.documents.get(None)
        if general is not None:
            found |= {abi for abi in Abi if abi is abi.native and abi.scmp in _listed(general)}
        return tuple(sorted(found))


def _listed(document: Document) -> frozenset[str]:
    return frozenset((*document.architectures, *document.families))
