"""Which containers the user asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from profilegen.containers.images import run_by_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from profilegen.containers.model import EngineContainer

_HOME = re.compile(r"^(?:docker\.io/(?:library/)?|localhost/)")
"""What podman puts before a name that has no registry (containers-registries.conf(5))."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Names or ids, globs of images, compose services, labels; empty: every container that starts."""

    containers: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """``KEY`` or ``KEY=VALUE``."""

    @property
    def everything(self) -> bool:
        """Nothing was asked for by name."""
        return not self.names

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that was asked for, by whatever it is called."""
        return (*self.containers, *self.images, *self.services, *self.labels)

    @property
    def label_keys(self) -> tuple[str, ...]:
        """Labels that an engine has to hand on for this."""
        return tuple(wish.partition("=")[0] for wish in self.labels)

    def matches(self, container: EngineContainer) -> bool:
        """True if any of the wishes names this container."""
        return self.everything or any(True for _ in self._wishes(container))

    def names_it(self, container: EngineContainer) -> bool:
        """True if the container was asked for by its own name or id: only then may it run already."""
        return any(_is_called(container, name) for name in self.containers)

    def fulfilled(self, container: EngineContainer) -> frozenset[str]:
        """The wishes that this container fulfils, as they stood on the command line."""
        return frozenset(self._wishes(container))

    def unmatched(self, fulfilled: Collection[str]) -> tuple[str, ...]:
        """The wishes that are not among these."""
        return tuple(wish for wish in self._all() if wish not in fulfilled)

    def _all(self) -> Iterable[str]:
        yield from (f"--container {name}" for name in self.containers)
        yield from (f"--image {pattern}" for pattern in self.images)
        yield from (f"--service {name}" for name in self.services)
        yield from (f"--label {wish}" for wish in self.labels)

    def _wishes(self, container: EngineContainer) -> Iterable[str]:
        for name in self.containers:
            if _is_called(container, name):
                yield f"--container {name}"
        for pattern in self.images:
            if any(fnmatchcase(image, pattern) for image in _image_names(container)):
                yield f"--image {pattern}"
        for name in self.services:
            if name == container.service:
                yield f"--service {name}"
        for wish in self.labels:
            key, equals, value = wish.partition("=")
            if key in container.labels and (not equals or container.labels[key] == value):
                yield f"--label {wish}"


def _is_called(container: EngineContainer, name: str) -> bool:
    return name == container.name or (len(name) >= 4 and container.id.startswith(name))


def _image_names(container: EngineContainer) -> tuple[str, ...]:
    """All names an engine takes: ``nginx`` is ``nginx:latest`` and ``docker.io/library/nginx:latest``."""
    references = (container.image, *(container.image_tags if run_by_id(container) else ()))
    tagged = (*references, *(_HOME.sub("", reference) for reference in references))
    return (*tagged, *(image.removesuffix(":latest") for image in tagged), container.image_id)
