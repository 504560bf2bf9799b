"""The recording session: attach, run, identify, save."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from profilegen.containers.cgroups import owner_of
from profilegen.containers.model import ContainerInfo
from profilegen.containers.naming import subject_name
from profilegen.errors import NothingRecordedError, ProfilegenError, UnknownContainerError
from profilegen.session.assemble import assemble
from profilegen.session.command import Interruptions, Invoker, run_command
from profilegen.session.files import write
from profilegen.session.outcome import Outcome
from profilegen.text import printable

if TYPE_CHECKING:
    from pathlib import Path

    from profilegen.containers.engine import Engine
    from profilegen.containers.selection import Selection
    from profilegen.recording import Host, Recording
    from profilegen.tracer.observation import Observation
    from profilegen.tracer.tracer import Tracer

Say = Callable[[str], None]
_IDENTIFY_SECONDS = 5.0
"""For all together: what the engine has not named by then belongs to another daemon."""


@dataclass(frozen=True, slots=True)
class Options:
    """What ``profilegen record`` was asked for."""

    directory: Path
    selection: Selection
    command: tuple[str, ...] = ()
    timeout: float | None = None
    """Seconds."""
    append: bool = False
    invoker: Invoker | None = None
    """The user that the command runs as and that files belong to (default: who runs this)."""


def record_session(
    options: Options, engine: Engine, make_tracer: Callable[[], Tracer], host: Host, say: Say
) -> Outcome:
    """Record until the command ends, or without one until a signal or the timeout.

    The engine is followed from before the attach, so that a container of 30 ms has its name.

    Raises:
        ProfilegenError: nothing could be recorded at all. A problem that leaves something worth
            keeping is in the outcome instead.
    """
    announcer = _Announcer(options.selection, say)
    engine.follow(announcer.started)
    try:
        running = _selected_running(options.selection, engine, announcer)
        tracer = make_tracer()
        try:
            with Interruptions().caught() as interruptions:
                tracer.attach(running)
                status = _watch(options, interruptions, say)
            observation = tracer.observe()
        finally:
            tracer.close()
        return _keep(options, observation, engine, host, status)
    finally:
        engine.close()


class _Announcer:
    """Says each selected container once."""

    def __init__(self, selection: Selection, say: Say) -> None:
        self._selection = selection
        self._say = say
        self._said: set[str] = set()

    def started(self, container: ContainerInfo, how: str = "recording") -> None:
        if container.id not in self._said and self._selection.matches(container):
            self._said.add(container.id)
            self._say(f"{how} {_described(container)}")


def _described(container: ContainerInfo) -> str:
    name = printable(container.name or container.id[:12])
    return f"{name} ({printable(container.image)}) as {subject_name(container)}"


def _selected_running(selection: Selection, engine: Engine, announcer: _Announcer) -> tuple[str, ...]:
    """Containers that run already are recorded only if they were asked for by name."""
    if selection.everything:
        return ()
    selected = [container for container in engine.running() if selection.matches(container)]
    for container in selected:
        announcer.started(container, "runs already, its start is missing (late): recording")
    return tuple(container.id for container in selected)


def _watch(options: Options, interruptions: Interruptions, say: Say) -> int | None:
    if options.command:
        say("attached; running: " + printable(" ".join(options.command)))
        return run_command(options.command, interruptions, options.invoker, options.timeout)
    say(
        "attached; recording until Ctrl-C"
        if options.timeout is None
        else f"attached for {options.timeout:g} s"
    )
    interruptions.wait(options.timeout)
    return None


def _keep(
    options: Options,
    observation: Observation,
    engine: Engine,
    host: Host,
    status: int | None,
) -> Outcome:
    run_id = secrets.token_hex(16)
    deadline = time.monotonic() + _IDENTIFY_SECONDS
    containers: list[ContainerInfo] = []
    recordings: list[Recording] = []
    for seen in observation.subjects:
        owner = owner_of(seen.cgroup_path)
        if owner is None or not seen.started:
            continue  # no container, or its runtime gave up before the program started
        wait = max(0.0, deadline - time.monotonic()) if owner.engine == "docker" else 0.0
        container = engine.find(owner.container_id, wait)
        if container is None:
            container = ContainerInfo(id=owner.container_id, engine=owner.engine)
        if not options.selection.matches(container):
            continue
        containers.append(container)
        recordings.append(assemble(subject_name(container), seen, container, host, observation.lost, run_id))
    files = write(options.directory, recordings, options.invoker, append=options.append) if recordings else {}
    return Outcome(files, status, _problem(options.selection.unmatched(containers), recordings))


def _problem(unmatched: Sequence[str], recordings: Sequence[Recording]) -> ProfilegenError | None:
    if unmatched:
        return UnknownContainerError("no container ran that matches " + ", ".join(map(printable, unmatched)))
    if not recordings:
        return NothingRecordedError("no container started while the recorder was attached")
    return None
