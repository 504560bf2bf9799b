"""What becomes of what the tracer hands over: harvested, saved, and its problems named."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from profilegen.errors import CommandFailedFirstError, NothingRecordedError, UnknownContainerError
from profilegen.session.announcer import described
from profilegen.session.assemble import this_host
from profilegen.session.harvest import Harvest
from profilegen.session.outcome import Outcome
from profilegen.session.saving.save import Saver
from profilegen.session.subjects import one_program, say_left_out
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from profilegen.containers.interface import Engines
    from profilegen.errors import ProfilegenError
    from profilegen.recording import Recording
    from profilegen.session.attribution.timeline import Timeline
    from profilegen.session.options import RecordOptions
    from profilegen.session.record_containers import Say
    from profilegen.tracer.observation import Observation


class Keeper:
    """Keeps the recordings of a session: on disk as soon as a container has ended, whole at the end.

    Args:
        options: what was asked for.
        engines: who the containers are.
        kernel: the running one, as ``uname -r`` prints it.
        say: takes lines for the user.
        timeline: which tests ran.
    """

    def __init__(
        self,
        options: RecordOptions,
        engines: Engines,
        kernel: str,
        say: Say,
        timeline: Timeline | None = None,
    ) -> None:
        self._lock = Lock()
        self._selection = options.selection
        self._subject = options.subject
        self._say = say
        self._harvest = Harvest(options.selection, engines, this_host(kernel), say, options.subject, timeline)
        self._saver = Saver(options.directory, options.invoker, append=options.append, say=say)

    def take(self, observation: Observation) -> None:
        """Containers that have ended."""
        with self._lock:
            if self._harvest.take(observation):
                self._saver.save(self._harvest.so_far(observation))

    def save_running(self, observation: Observation) -> Mapping[Path, Recording]:
        """Save everything so far, of containers that run too. Returns what is in the files."""
        with self._lock:
            recordings = self._harvest.with_running(observation)
            return self._saver.save(recordings).files if recordings else {}

    def finish(self, observation: Observation, status: int | None) -> Outcome:
        """Save everything.

        Args:
            observation: what was seen of the containers that were not taken.
            status: the command's, None without a command.
        """
        recordings = self._harvest.finish(observation)
        say_left_out(self._harvest.helpers, self._harvest.of_others, self._say)
        missing = self._problem(status, nothing=not recordings)
        if not recordings:
            return Outcome({}, status, missing)
        written = self._saver.save(recordings)
        return Outcome(
            written.files, status, written.problem or missing or one_program(self._subject, recordings)
        )

    def _problem(self, status: int | None, *, nothing: bool) -> ProfilegenError | None:
        unmatched = self._selection.unmatched(self._harvest.fulfilled)
        others = self._harvest.passed_over
        if nothing and status and not others:
            return CommandFailedFirstError(
                f"the command failed (status {status}) before it started a container"
            )
        if unmatched:
            wishes = ", ".join(map(printable, unmatched))
            those = ", ".join(map(described, others))
            did = f"these did: {those}" if those else "no other did"
            return UnknownContainerError(f"no container ran while recording that matches {wishes}; {did}")
        if nothing:
            return NothingRecordedError("no container started while the recorder was attached")
        return None
