"""Which images a recording is of."""

from __future__ import annotations

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
