"""Which images a recording is of."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.recording.model import Recording

_DIGITS = 12
_NAMED = 4


def image_ids(recording: Recording) -> frozenset[str]:
    """Ids of the images of its containers, as far as they are known."""
    return frozenset(container.image_id for container in recording.containers if container.image_id)


def is_of_image(recording: Recording, name: str) -> bool:
    """Whether all its containers are of an image, by name (of any tag, if it has none) or by id.

    A name may have ``*`` and ``?``, as in ``registry.example/web:1.*``.
    """
    tagged = ":" in name.rpartition("/")[2]
    known = ((one.image, one.image_id) for one in recording.containers if one.image or one.image_id)
    return all(
        fnmatchcase(image if tagged else _untagged(image), name) or name == image_id
        for image, image_id in known
    )


def _untagged(image: str) -> str:
    image = image.partition("@")[0]
    folder, slash, last = image.rpartition("/")
    return folder + slash + last.partition(":")[0]


def said_images(recordings: Iterable[Recording]) -> str:
    """The images for a sentence, sorted: their names, and the first digits of their ids."""
    images = {
        container.image_id: container.image for recording in recordings for container in recording.containers
    }
    named = sorted(printable(_said(name, image_id), 100) for image_id, name in images.items())
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return ", ".join(named[:_NAMED]) + more


def _said(name: str, image_id: str) -> str:
    digits = image_id.removeprefix("sha256:")
    by_id = not name or (digits and digits.startswith(name.removeprefix("sha256:")))
    return digits[:_DIGITS] or "an unknown image" if by_id else f"{name} {digits[:_DIGITS]}".strip()
