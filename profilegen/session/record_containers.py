"""The recording session: attach, run, identify, save."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from profilegen.abi import Abi
from profilegen.command.run import Interruptions, run_command
from profilegen.session.announcer import Announcer
from profilegen.session.attribution.listener import Listener
from profilegen.session.attribution.protocol import VARIABLE
from profilegen.session.attribution.timeline import Timeline
from profilegen.session.live_rows import Rows, View
from profilegen.session.still_running import wait_for_programs, wait_until_stopped
from profilegen.session.watch import Watch
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from profilegen.containers.interface import Engines
    from profilegen.containers.selection import Selection
    from profilegen.recording import Recording
    from profilegen.session.keeper import Keeper
    from profilegen.session.options import RecordOptions
    from profilegen.session.outcome import Outcome
    from profilegen.tracer.maps.progress import Progress
    from profilegen.tracer.tracer import Tracer

Say = Callable[[str], None]
Made = TypeVar("Made")
OpenView = Callable[[], "AbstractContextManager[View]"]


def record_session(
    options: RecordOptions,
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
    announcer = Announcer(options.selection, say, options.subject)
    engines.follow(announcer.started)
    try:
        running = _selected_running(options.selection, engines, announcer)
        tracer = make_tracer()

        timeline = Timeline()

        keeper = _once(lambda: _keeper(options, engines, kernel, say, timeline))
        watch = Watch(tracer, lambda ended: keeper().take(ended))
        with Interruptions().caught() as interruptions:
            try:
                status = None
                with _listening(options, tracer, keeper, timeline, say) as socket:
                    tracer.attach(running)
                    if options.beside:
                        keeper()  # whoever waits for the start does not wait for answers to tests then
                        with watch.running():
                            options.beside(socket, interruptions)
                    elif options.command:
                        say("attached; running: " + printable(" ".join(options.command)))
                        with watch.running():
                            status = run_command(
                                options.command,
                                interruptions,
                                options.invoker,
                                options.timeout,
                                variables={} if socket is None else {VARIABLE: str(socket)},
                            )
                            if options.until_stopped:
                                _wait_until_stopped(
                                    options, tracer, engines, interruptions, lambda: True, say
                                )
                    else:
                        _say_attached(options, say)
                        rows = Rows(engines, options.selection, Abi.of_machine(), options.subject)
                        with _watched(watch, rows, open_view):
                            if options.until_stopped:
                                started = announcer.has_said
                                _wait_until_stopped(options, tracer, engines, interruptions, started, say)
                            else:
                                interruptions.wait(options.timeout)
                wait_for_programs(tracer)
                observation = tracer.observe()
            finally:
                tracer.close()
            outcome = keeper().finish(observation, status)
        if watch.failure is not None:
            raise watch.failure
        return outcome
    finally:
        engines.close()


def _keeper(options: RecordOptions, engines: Engines, kernel: str, say: Say, timeline: Timeline) -> Keeper:
    from profilegen.session.keeper import Keeper  # noqa: PLC0415 - dear: attached first

    return Keeper(options, engines, kernel, say, timeline)


def _once(make: Callable[[], Made]) -> Callable[[], Made]:
    """What gives the same to every thread, and makes it when the first asks."""
    lock, made = Lock(), cache(make)

    def give() -> Made:
        with lock:
            return made()

    return give


@contextmanager
def _listening(
    options: RecordOptions, tracer: Tracer, keeper: Callable[[], Keeper], timeline: Timeline, say: Say
) -> Iterator[Path | None]:
    """The socket where tests say which of them runs, as long as the tracer is there; None: there is none."""

    def save() -> Mapping[Path, Recording]:
        keeper().take(tracer.take_ended())
        return keeper().save_running(tracer.observe())

    if not options.command and not options.beside:
        yield None
        return
    owner = None if options.invoker is None else options.invoker.owner
    try:
        listener = Listener(timeline, tracer.enter_test, save, options.summarise, owner)
    except OSError as error:
        say(f"tests cannot report which of them runs: no socket could be made ({error.strerror})")
        yield None
        return
    with listener:
        listener.start()
        yield listener.path


def _selected_running(selection: Selection, engines: Engines, announcer: Announcer) -> tuple[str, ...]:
    """Containers that run already are recorded only if they were asked for by their own name or id."""
    if selection.everything:
        return ()
    running = [container for container in engines.running() if selection.matches(container)]
    selected = [container for container in running if selection.names_it(container)]
    for container in running:
        if container not in selected:
            announcer.left_out(container)
    for container in selected:
        announcer.was_running(container)
    return tuple(container.id for container in selected)


def _say_attached(options: RecordOptions, say: Say) -> None:
    how_long = "until the containers have stopped" if options.until_stopped else "until Ctrl-C"
    at_most = "" if options.timeout is None else f", {options.timeout:g} s at most"
    say(f"attached; recording {how_long}{at_most}")


def _wait_until_stopped(
    options: RecordOptions,
    tracer: Tracer,
    engines: Engines,
    interruptions: Interruptions,
    some_started: Callable[[], bool],
    say: Say,
) -> None:
    seconds = options.timeout if not options.command else None
    wait_until_stopped(tracer, engines, options.selection, interruptions, seconds, some_started, say)


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
