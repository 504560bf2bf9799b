"""Lines about containers that come: which are recorded, under which name, and which are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.containers.helpers import is_recorded
from profilegen.containers.subject import subject_name
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from profilegen.containers.model import EngineContainer
    from profilegen.containers.selection import Selection

_REMEMBERED = 256
"""Containers whose start was said: one that is restarted is not said again."""


class Announcer:
    """Says each container once.

    Args:
        selection: what was asked for.
        say: takes a line for the user.
        subject: the name that was chosen for all; empty: each has its own.
    """

    def __init__(self, selection: Selection, say: Callable[[str], None], subject: str) -> None:
        self._selection = selection
        self._say = say
        self._subject = subject
        self._said: dict[str, None] = {}

    def has_said(self) -> bool:
        """Whether any container was recorded."""
        return bool(self._said)

    def started(self, container: EngineContainer) -> None:
        """Announce a container that starts and is recorded."""
        name = subject_name(container, self._subject)
        self._say_once(container, f"recording {described(container)} as {name}")

    def was_running(self, container: EngineContainer) -> None:
        """Announce a chosen container that runs already."""
        self._say_once(
            container,
            f"{described(container)} was already running: without its start no usable profile can be made. "
            "Remove it and create it again while this runs",
        )

    def left_out(self, container: EngineContainer) -> None:
        """Announce a running container that was not chosen, and is left out."""
        name = printable(container.shown_name)
        self._say(
            f"{described(container)} was already running: it is not recorded; start it again meanwhile, "
            f"or choose it by --container {name}"
        )

    def _say_once(self, container: EngineContainer, text: str) -> None:
        if container.id not in self._said and is_recorded(container, self._selection):
            self._said[container.id] = None
            if len(self._said) > _REMEMBERED:
                del self._said[next(iter(self._said))]
            self._say(text)


def described(container: EngineContainer) -> str:
    """Name and image of a container, for a sentence."""
    name = printable(container.shown_name, 64)
    return f"{name} ({printable(container.image, 100)})" if container.image else name
