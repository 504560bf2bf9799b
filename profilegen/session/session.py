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
from profilegen.session.command import Interruptions, run_command
from profilegen.session.files import write
from profilegen.session.outcome import Outcome
from profilegen.session.rows import Rows, View
from profilegen.text import printable

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from profilegen.containers.engine import Engine
    from profilegen.containers.selection import Selection
    from profilegen.recording import Host, Recording
    from profilegen.session.invoker import Invoker
    from profilegen.tracer.observation import Observation
    from profilegen.tracer.tracer import Tracer

Say = Callable[[str], None]
OpenView = Callable[[], "AbstractContextManager[View]"]
_VIEW_SECONDS = 0.5
_SILENCE_SECONDS = 5.0
"""An engine that has nothing to say for so long has named all that is its own."""


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
    options: Options,
    engine: Engine,
    make_tracer: Callable[[], Tracer],
    host: Host,
    say: Say,
    open_view: OpenView | None = None,
) -> Outcome:
    """Record until the command ends, or without one until a signal or the timeout.

    The engine is followed from before the attach, so that a container of 30 ms has its name. A signal
    that comes while the files are written changes nothing any more.

    Args:
        options: what was asked for.
        engine: closed at the end.
        make_tracer: closed at the end too.
        host: the machine.
        say: takes lines for the user; from another thread as well.
        open_view: a view for the time of the recording; not opened beside a command, which has the
            terminal to itself.

    Raises:
        ProfilegenError: nothing could be recorded at all. A problem that leaves something worth
            keeping is in the outcome instead.
    """
    announcer = _Announcer(options.selection, say)
    engine.follow(announcer.started)
    try:
        running = _selected_running(options.selection, engine, announcer)
        tracer = make_tracer()
        with Interruptions().caught() as interruptions:
            try:
                tracer.attach(running)
                if options.command:
                    say("attached; running: " + printable(" ".join(options.command)))
                    status = run_command(options.command, interruptions, options.invoker, options.timeout)
                else:
                    status = None
                    _say_attached(options.timeout, say)
                    rows = Rows(engine, options.selection, host.arch)
                    _watch(options.timeout, interruptions, tracer, rows, open_view)
                observation = tracer.observe()
            finally:
                tracer.close()
            return _keep(options, observation, engine, host, status, say)
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


def _say_attached(timeout: float | None, say: Say) -> None:
    say("attached; recording until Ctrl-C" if timeout is None else f"attached for {timeout:g} s")


def _watch(
    timeout: float | None,
    interruptions: Interruptions,
    tracer: Tracer,
    rows: Rows,
    open_view: OpenView | None,
) -> None:
    """Wait for a signal or the timeout, with a view if there is one."""
    if open_view is None:
        interruptions.wait(timeout)
        return
    end = None if timeout is None else time.monotonic() + timeout
    with open_view() as view:
        while end is None or time.monotonic() < end:
            progress, now = tracer.progress(), time.monotonic()
            view.show(rows.of(progress, now), progress.lost)
            left = _VIEW_SECONDS if end is None else max(0.0, min(_VIEW_SECONDS, end - now))
            if interruptions.wait(left) is not None:
                return


def _keep(
    options: Options,
    observation: Observation,
    engine: Engine,
    host: Host,
    status: int | None,
    say: Say,
) -> Outcome:
    run_id = secrets.token_hex(16)
    patience = _SILENCE_SECONDS
    containers: list[ContainerInfo] = []
    recordings: list[Recording] = []
    for seen in observation.subjects:
        owner = owner_of(seen.cgroup_path)
        if owner is None:
            continue
        container = engine.find(owner.container_id, patience if owner.engine == "docker" else 0.0)
        if container is None:
            patience = 0.0 if owner.engine == "docker" else patience
            container = ContainerInfo(id=owner.container_id, engine=owner.engine)
            if not options.selection.everything:
                say(f"no engine has named the container {container.id[:12]}: it may have been asked for")
        if not options.selection.matches(container):
            continue
        if not seen.started:
            say(f"{printable(container.name or container.id[:12])} never came to its program: not recorded")
            continue
        containers.append(container)
        recordings.append(assemble(subject_name(container), seen, container, host, observation.lost, run_id))
    if not recordings:
        return Outcome({}, status, _problem(options.selection.unmatched(containers), recordings))
    written = write(options.directory, recordings, options.invoker, append=options.append)
    missing = _problem(options.selection.unmatched(containers), recordings)
    return Outcome(written.files, status, written.problem or missing)


def _problem(unmatched: Sequence[str], recordings: Sequence[Recording]) -> ProfilegenError | None:
    if unmatched:
        return UnknownContainerError("no container ran that matches " + ", ".join(map(printable, unmatched)))
    if not recordings:
        return NothingRecordedError("no container started while the recorder was attached")
    return None
