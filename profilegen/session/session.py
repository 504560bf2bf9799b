"""The recording session: attach, run, identify, save."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from profilegen.arch import Abi
from profilegen.containers.helpers import is_helper
from profilegen.containers.naming import subject_name
from profilegen.errors import NothingRecordedError, ProfilegenError, UnknownContainerError
from profilegen.session.command import Interruptions, run_command
from profilegen.session.outcome import Outcome
from profilegen.session.rows import Rows, View
from profilegen.session.subjects import one_program, say_helpers
from profilegen.session.watch import Watch
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from profilegen.containers.engine import Engines
    from profilegen.containers.model import ContainerInfo
    from profilegen.containers.selection import Selection
    from profilegen.invoker import Invoker
    from profilegen.recording import Recording
    from profilegen.session.harvest import Harvest
    from profilegen.tracer.observation import Observation
    from profilegen.tracer.progress import Progress
    from profilegen.tracer.tracer import Tracer

Say = Callable[[str], None]
OpenView = Callable[[], "AbstractContextManager[View]"]
_REMEMBERED = 256
"""Containers whose start was said: one that is restarted is not said again."""


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
    subject: str = ""
    """The name that ``--subject`` gives to all that is recorded."""


def record_session(
    options: Options,
    engines: Engines,
    make_tracer: Callable[[], Tracer],
    kernel: str,
    say: Say,
    open_view: OpenView | None = None,
) -> Outcome:
    """Record until the command ends, or without one until a signal or the timeout.

    The engines are followed from before the attach, so that a container of 30 ms has its name. A signal
    that comes while the files are written changes nothing any more.

    Args:
        options: what was asked for.
        engines: closed at the end.
        make_tracer: closed at the end too.
        kernel: the running one, as ``uname -r`` prints it.
        say: takes lines for the user; from another thread as well.
        open_view: a view for the time of the recording; not opened beside a command, which has the
            terminal to itself.

    Raises:
        ProfilegenError: nothing could be recorded at all. A problem that leaves something worth
            keeping is in the outcome instead.
    """
    announcer = _Announcer(options.selection, say, options.subject)
    engines.follow(announcer.started)
    try:
        running = _selected_running(options.selection, engines, announcer)
        tracer = make_tracer()

        @cache
        def harvest() -> Harvest:
            from profilegen.session.assemble import this_host  # noqa: PLC0415 - dear: attached first
            from profilegen.session.harvest import Harvest  # noqa: PLC0415

            return Harvest(options.selection, engines, this_host(kernel), say, options.subject)

        watch = Watch(tracer, lambda ended: harvest().take(ended))
        with Interruptions().caught() as interruptions:
            try:
                tracer.attach(running)
                if options.command:
                    say("attached; running: " + printable(" ".join(options.command)))
                    with watch.running():
                        status = run_command(options.command, interruptions, options.invoker, options.timeout)
                else:
                    status = None
                    _say_attached(options.timeout, say)
                    rows = Rows(engines, options.selection, Abi.of_machine(), options.subject)
                    with _watched(watch, rows, open_view):
                        interruptions.wait(options.timeout)
                observation = tracer.observe()
            finally:
                tracer.close()
            outcome = _keep(options, harvest(), observation, status, say)
        if watch.failure is not None:
            raise watch.failure
        return outcome
    finally:
        engines.close()


class _Announcer:
    """Says each selected container once."""

    def __init__(self, selection: Selection, say: Say, subject: str) -> None:
        self._selection = selection
        self._subject = subject
        self._say = say
        self._said: dict[str, None] = {}

    def started(self, container: ContainerInfo, how: str = "recording") -> None:
        if is_helper(container) and not self._selection.names_it(container):
            return
        if container.id not in self._said and self._selection.matches(container):
            self._said[container.id] = None
            if len(self._said) > _REMEMBERED:
                del self._said[next(iter(self._said))]
            subject = subject_name(container, self._subject)
            self._say(f"{how} {_described(container)} as {subject}")

    def say_left_out(self, container: ContainerInfo) -> None:
        name = printable(container.name or container.id[:12])
        self._say(
            f"{_described(container)} was already running: it is not recorded; start it again meanwhile, "
            f"or choose it by --container {name}"
        )


def _described(container: ContainerInfo) -> str:
    name = printable(container.name or container.id[:12])
    return f"{name} ({printable(container.image)})"


def _selected_running(selection: Selection, engines: Engines, announcer: _Announcer) -> tuple[str, ...]:
    """Containers that run already are recorded only if they were asked for by their own name or id."""
    if selection.everything:
        return ()
    running = [container for container in engines.running() if selection.matches(container)]
    selected = [container for container in running if selection.names_it(container)]
    for container in running:
        if container not in selected:
            announcer.say_left_out(container)
    for container in selected:
        announcer.started(container, "runs already, its start is missing (late): recording")
    return tuple(container.id for container in selected)


def _say_attached(timeout: float | None, say: Say) -> None:
    say("attached; recording until Ctrl-C" if timeout is None else f"attached for {timeout:g} s")


@contextmanager
def _watched(watch: Watch, rows: Rows, open_view: OpenView | None) -> Iterator[None]:
    """The watch, with a view if there is one."""
    if open_view is None:
        with watch.running():
            yield
        return

    def look(progress: Progress) -> None:
        with suppress(OSError):  # the terminal is gone, the recording is not
            view.show(rows.of(progress, time.monotonic()), rows.count, progress.lost)

    with open_view() as view, watch.running(look):
        yield


def _keep(
    options: Options, harvest: Harvest, observation: Observation, status: int | None, say: Say
) -> Outcome:
    recordings = harvest.finish(observation)
    say_helpers(harvest.helpers, say)
    missing = _problem(options.selection.unmatched(harvest.fulfilled), recordings)
    if not recordings:
        return Outcome({}, status, missing)
    from profilegen.session.files import write  # noqa: PLC0415 - dear: attached first

    written = write(options.directory, recordings, options.invoker, append=options.append, say=say)
    problem = written.problem or missing or one_program(options.subject, recordings)
    return Outcome(written.files, status, problem)


def _problem(unmatched: Sequence[str], recordings: Sequence[Recording]) -> ProfilegenError | None:
    if unmatched:
        return UnknownContainerError("no container ran that matches " + ", ".join(map(printable, unmatched)))
    if not recordings:
        return NothingRecordedError("no container started while the recorder was attached")
    return None
