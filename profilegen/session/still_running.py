"""Which of the recorded containers still run, and waiting for their end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from profilegen.containers.helpers import is_recorded
from profilegen.session.identity import container_of
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from profilegen.command.run import Interruptions
    from profilegen.containers.interface import Engines
    from profilegen.containers.selection import Selection
    from profilegen.session.record_containers import Say
    from profilegen.tracer.maps.progress import Progress
    from profilegen.tracer.tracer import Tracer

_LOOK_SECONDS = 0.5
_START_SECONDS, _START_LOOK_SECONDS = 5.0, 0.02
_LONGEST = 200  # characters of names


def still_running(progress: Progress, engines: Engines, selection: Selection) -> tuple[str, ...]:
    """Names of recorded containers that run or are about to; not safe for a terminal."""
    containers = (container_of(seen.cgroup_path, engines) for seen in progress.subjects if not seen.ended)
    return tuple(one.shown_name for one in containers if one is not None and is_recorded(one, selection))


def wait_for_programs(tracer: Tracer) -> None:
    """Wait until each container that was started has come to its program, or failed before.

    ``docker run -d`` returns when the runtime was told to go on, some milliseconds before its execve.
    """
    deadline = time.monotonic() + _START_SECONDS
    while any(not one.started and not one.ended for one in tracer.progress().subjects):
        if time.monotonic() > deadline:
            return
        time.sleep(_START_LOOK_SECONDS)


def wait_until_stopped(
    tracer: Tracer,
    engines: Engines,
    selection: Selection,
    interruptions: Interruptions,
    seconds: float | None,
    some_started: Callable[[], bool],
    say: Say,
) -> None:
    """Wait until some container was recorded and none runs any more, a signal comes, or the time is over."""
    left = float("inf") if seconds is None else seconds
    said: tuple[str, ...] = ()
    while left > 0:
        names = still_running(tracer.progress(), engines, selection)
        if not names and (said or some_started()):
            return
        if names != said:
            said = names
            say(f"waiting for the end of {printable(', '.join(names), _LONGEST)}; Ctrl-C ends the recording")
        if interruptions.wait(min(_LOOK_SECONDS, left)) is not None:
            return
        left -= _LOOK_SECONDS
