"""What an image is called, when a container was run by its name, by its id, or by a part of its id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.containers.model import EngineContainer

_SHORT = 12
_ID = re.compile(r"(?:sha256:)?([0-9a-f]{12,64})")


class Image(NamedTuple):
    """An image as its engine describes it."""

    id: str = ""
    """``sha256:`` and 64 digits; empty if the engine does not know it."""
    digest: str | None = None
    """The smallest of those that a registry gave it; none if it was built or imported here."""
    tags: tuple[str, ...] = ()


def tags_of(inspected: Mapping[str, Any]) -> tuple[str, ...]:
    """The tags of an inspected image, sorted."""
    return tuple(sorted(str(tag) for tag in inspected.get("RepoTags") or () if not str(tag).startswith("<")))


def run_by_id(container: EngineContainer) -> bool:
    """True if its image was named by an id, or the beginning of one, rather than by a tag.

    A tag comes first where both would do, as it does for the engine.
    """
    reference, digits = container.image, container.image_id.removeprefix("sha256:")
    if not digits:
        return _ID.fullmatch(reference) is not None
    part = reference.removeprefix("sha256:")
    named = any(part in (tag, tag.removesuffix(":latest")) for tag in container.image_tags)
    return bool(re.fullmatch("[0-9a-f]+", part)) and digits.startswith(part) and not named


def image_name(container: EngineContainer) -> str:
    """Last element of the image's name without tag and digest; of one run by its id, that of its first tag.

    Without a tag the first digits of the image's id; empty if the image is not known at all.
    """
    if not run_by_id(container):
        return _last_element(container.image)
    if container.image_tags:
        return _last_element(min(container.image_tags))
    return (container.image_id or container.image).removeprefix("sha256:")[:_SHORT]


def _last_element(reference: str) -> str:
    return reference.rsplit("/", 1)[-1].split("@", 1)[0].split(":", 1)[0]
