"""What is recorded so far, kept small: containers that have ended are merged while the rest goes on."""

from __future__ import annotations

import secrets
from collections import Counter
from copy import copy, deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from profilegen.containers.cgroup_paths import owner_of
from profilegen.containers.helpers import is_left_out
from profilegen.containers.model import EngineContainer
from profilegen.containers.projects import project_of, short_names
from profilegen.containers.subject import named_by_role, subject_name
from profilegen.recording import Recording, of_service
from profilegen.recording.merge import merge
from profilegen.session.assemble import assemble, with_lost, with_unattributed
from profilegen.session.attribution.attribute import attribution_of
from profilegen.session.limits import within_limits
from profilegen.session.run_facts import RunCounter
from profilegen.text import printable
from profilegen.vocabulary import Lost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from profilegen.containers.cgroup_paths import CgroupOwner
    from profilegen.containers.interface import Engines
    from profilegen.containers.projects import Project
    from profilegen.containers.selection import Selection
    from profilegen.recording import Attribution, Host
    from profilegen.session.attribution.timeline import Timeline
    from profilegen.tracer.observation import Observation, SubjectObservation

MAX_RECORDINGS = 4096
"""Of one run, and containers that wait for their name. More are counted as lost."""

_SILENCE_SECONDS = 5.0
"""An engine that has nothing to say for so long has named all that is its own."""

_PASSED_OVER = 8

_AT_ONCE = 64
"""Containers that are kept unmerged: a merge costs as much as all that is merged by then."""


@dataclass
class _Group:
    """Containers of one subject, project and image: one file."""

    born: int
    service: str
    project: Project | None
    parts: list[Recording] = field(default_factory=list)
    merged: bool = False
    """There is one part, in canonical form and within its limits."""


class Harvest:
    """Takes what the tracer saw of each container, asks the engine whose it is, and merges.

    Attributes:
        fulfilled: the wishes of the selection that some container fulfilled.
        passed_over: containers that ran and that nobody asked for, a few of them.
        helpers: how many containers an engine started for itself.
        of_others: how many belong to tests that do not report to this recorder.
    """

    def __init__(
        self,
        selection: Selection,
        engines: Engines,
        host: Host,
        say: Callable[[str], None],
        subject: str = "",
        timeline: Timeline | None = None,
    ) -> None:
        self.fulfilled: set[str] = set()
        self.passed_over: list[EngineContainer] = []
        self.helpers = 0
        self.of_others = 0
        self._subject = subject
        self._timeline = timeline
        self._selection = selection
        self._engines = engines
        self._host = host
        self._say = say
        self._run_id = secrets.token_hex(16)
        self._groups: dict[tuple[str, Project | None, str], _Group] = {}
        self._waiting = 0
        self._unknown: list[SubjectObservation] = []
        self._runs = RunCounter()
        self._lost: Counter[Lost] = Counter()
        self._unattributed = 0

    def take(self, observation: Observation) -> bool:
        """Containers that have ended. Returns whether the recordings have grown by any."""
        self._unattributed = observation.unattributed
        before = self._waiting
        waiting, self._unknown = self._unknown, []
        for seen, owner in _owned((*waiting, *observation.subjects)):
            container = self._ask(seen, owner, 0.0)
            if container is not None:
                self._add(seen, container)
            elif len(self._unknown) < MAX_RECORDINGS:
                self._unknown.append(seen)
            else:
                self._lost[Lost.CONTAINERS] += 1
        grown = self._waiting > before
        if self._waiting >= _AT_ONCE:
            self._waiting = 0
            for group in self._groups.values():
                self._merge(group)
        return grown

    def so_far(self, observation: Observation) -> list[Recording]:
        """The recordings of the containers that have ended; the observation says what was lost by now."""
        for group in self._groups.values():
            self._merge(group)
        return list(self._recordings(self._lost + Counter(observation.lost)))

    def with_running(self, observation: Observation) -> list[Recording]:
        """What :meth:`finish` would give now; nothing changes by it."""
        other = copy(self)
        other.__dict__.update(
            fulfilled=set(self.fulfilled),
            passed_over=list(self.passed_over),
            _groups={key: replace(group, parts=list(group.parts)) for key, group in self._groups.items()},
            _runs=deepcopy(self._runs),
            _lost=Counter(self._lost),
            _unknown=list(self._unknown),
            _say=lambda _: None,
        )
        return other.finish(observation)

    def finish(self, observation: Observation) -> list[Recording]:
        """The recordings, one for each subject, project and image, in the order they came."""
        patience = _SILENCE_SECONDS
        for seen, owner in _owned((*self._unknown, *observation.subjects)):
            container = self._ask(seen, owner, patience)
            if container is None:
                patience = 0.0  # its engine is silent
                container = self._engines.find(owner, 0.0) or self._nameless(owner)
            self._add(seen, container)
        for group in self._groups.values():
            self._merge(group)
        self._lost.update(observation.lost)
        self._unattributed = observation.unattributed
        return list(self._recordings(self._lost))

    def _recordings(self, lost: Mapping[Lost, int]) -> Iterator[Recording]:
        groups = sorted(self._groups.values(), key=lambda group: group.born)
        short = short_names({group.project for group in groups if group.project is not None})
        for group in groups:
            project = "" if group.project is None else short[group.project]
            whole = with_unattributed(with_lost(group.parts[0], lost), self._unattributed)
            yield of_service(whole, group.service, project)

    def _ask(self, seen: SubjectObservation, owner: CgroupOwner, patience: float) -> EngineContainer | None:
        """The container of a cgroup; None until its engine has described it and reported its end."""
        if not self._engines.may_know(owner):
            return self._engines.find(owner, 0.0) or self._nameless(owner)
        number = self._runs.next(owner.container_id)
        ends = number if seen.wait_status is not None else number - 1
        container = self._engines.find(owner, patience, ends)
        told = container is None or not container.life.followed or container.life.ends >= ends
        return container if told else None

    def _nameless(self, owner: CgroupOwner) -> EngineContainer:
        short = owner.container_id[:12]
        whose = "" if owner.user is None else f" of the user {owner.user}"
        self._say(
            f"no reachable engine knows container {short}; its recording is named by id "
            f"(look it up{whose}: {owner.ask} {short})"
        )
        return EngineContainer(id=owner.container_id, engine=owner.engine)

    def _add(self, seen: SubjectObservation, container: EngineContainer) -> None:
        if not self._selection.matches(container):
            if len(self.passed_over) < _PASSED_OVER:
                self.passed_over.append(container)
            return
        if is_left_out(container, self._selection):
            self.helpers += 1
            return
        if self._timeline is not None and self._timeline.is_of_others(container.labels):
            self.of_others += 1
            return
        if not seen.started:
            name = printable(container.shown_name)
            self._say(f"{name} failed before its program was started: nothing to record")
            return
        self.fulfilled |= self._selection.fulfilled(container)
        subject = subject_name(container, self._subject)
        service = named_by_role(container, self._subject)
        project = project_of(container) if service else None
        key = (subject, project, container.image_id)
        if key not in self._groups and len(self._groups) >= MAX_RECORDINGS:
            self._lost[Lost.CONTAINERS] += 1
            return
        group = self._groups.setdefault(key, _Group(seen.born, service, project))
        group.born = min(group.born, seen.born)
        run = self._runs.begin(container)
        group.merged = False
        attribution = self._attribution(seen, container)
        group.parts.append(assemble(subject, seen, container, self._host, self._run_id, run, attribution))
        self._waiting += 1

    def _attribution(self, seen: SubjectObservation, container: EngineContainer) -> Attribution | None:
        if self._timeline is None or not self._timeline.last:
            return None
        return attribution_of(seen, self._timeline.worker_of(container.labels), self._timeline)

    def _merge(self, group: _Group) -> None:
        if group.merged:
            return
        merged, lost = within_limits(merge(group.parts))
        group.parts, group.merged = [merged], True
        self._lost.update(lost)


def _owned(subjects: Iterable[SubjectObservation]) -> Iterator[tuple[SubjectObservation, CgroupOwner]]:
    """Those that are containers by their paths, and whose."""
    for seen in subjects:
        owner = owner_of(seen.cgroup_path)
        if owner is not None:
            yield seen, owner
