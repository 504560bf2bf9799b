"""What a run says about its subjects: containers that are none, and several programs under one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.errors import UsageError
from profilegen.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from profilegen.recording import Recording


def say_left_out(helpers: int, of_others: int, say: Callable[[str], None]) -> None:
    """Say how many containers the engine started for itself, and how many other tests started."""
    if helpers:
        containers = counted(helpers, "container")
        say(f"{containers} that build an image, hold a pod or clean up after tests: not recorded")
    if of_others:
        say(f"{counted(of_others, 'container')} of tests that do not run under this recorder: not recorded")


def one_program(subject: str, recordings: Sequence[Recording]) -> UsageError | None:
    """The error of a ``--subject`` that was given to containers of several images."""
    from profilegen.recording import image_ids, said_images  # noqa: PLC0415 - dear: attached first

    if not subject or len({image_ids(one) for one in recordings}) < 2:
        return None
    return UsageError(
        f"--subject {subject} was given to containers of different images, which emit would merge: "
        f"{said_images(recordings)}",
        "choose the containers of one: --container NAME, --image GLOB, --service NAME or --label KEY=VALUE",
    )
