"""What is recorded so far, kept small: containers that have ended are merged while the rest goes on."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from profilegen.containers.cgroups import owner_of
from profilegen.containers.helpers import is_helper
from profilegen.containers.model import ContainerInfo
from profilegen.containers.naming import named_by_role, subject_name
from profilegen.containers.projects import project_of, short_names
from profilegen.recording import Recording, merge, of_service
from profilegen.session.assemble import assemble, with_lost
from profilegen.session.limits import within_limits
from profilegen.text import printable
from profilegen.tracer.layout import LostKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from profilegen.containers.cgroups import CgroupOwner
    from profilegen.containers.engine import Engines
    from profilegen.containers.projects import Project
    from profilegen.containers.selection import Selection
    from profilegen.recording import Host
    from profilegen.tracer.observation import Observation, SubjectObservation

MAX_RECORDINGS = 4096
"""Of one run, and containers that wait for their name. More are counted as lost."""

_SILENCE_SECONDS = 5.0
"""An engine that has nothing to say for so long has named all that is its own."""

_AT_ONCE = 64
"""Containers that are kept unmerged: a merge costs as much as all that is merged by then."""


@dataclass
class _Group:
    """Containers of one subject, project and image: one file."""

    born: int
    service: str
    project: Project | None
    parts: list[Recording] = field(default_factory=list)


class Harvest:
    """Takes what the tracer saw of each container, asks the engine whose it is, and merges.

    Attributes:
        fulfilled: the wishes of the selection that some container fulfilled.
        helpers: how many containers an engine started for itself.
    """

    def __init__(
        self,
        selection: Selection,
        engines: Engines,
        host: Host,
        say: Callable[[str], None],
        subject: str = "",
    ) -> None:
        self.fulfilled: set[str] = set()
        self.helpers = 0
        self._subject = subject
        self._selection = selection
        self._engines = engines
        self._host = host
        self._say = say
        self._run_id = secrets.token_hex(16)
        self._groups: dict[tuple[str, Project | None, str], _Group] = {}
        self._waiting = 0
        self._unnamed: list[SubjectObservation] = []
        self._lost: Counter[LostKind] = Counter()

    def take(self, subjects: Iterable[SubjectObservation]) -> None:
        """Containers that have ended."""
        for seen, owner in _owned(subjects):
            container = self._ask(owner, 0.0)
            if container is not None:
                self._add(seen, container)
            elif len(self._unnamed) < MAX_RECORDINGS:
                self._unnamed.append(seen)
            else:
                self._lost[LostKind.CONTAINERS] += 1
        if self._waiting >= _AT_ONCE:
            self._waiting = 0
            for group in self._groups.values():
                if len(group.parts) > 1:
                    self._merge(group)

    def finish(self, observation: Observation) -> list[Recording]:
        """The recordings, one for each subject, project and image, in the order they came."""
        patience = _SILENCE_SECONDS
        for seen, owner in _owned((*self._unnamed, *observation.subjects)):
            container = self._ask(owner, patience)
            if container is None:
                patience = 0.0
                container = self._nameless(owner)
            self._add(seen, container)
        for group in self._groups.values():
            self._merge(group)
        self._lost.update(observation.lost)
        groups = sorted(self._groups.values(), key=lambda group: group.born)
        short = short_names({group.project for group in groups if group.project is not None})
        return [
            of_service(
                with_lost(group.parts[0], self._lost),
                group.service,
                "" if group.project is None else short[group.project],
            )
            for group in groups
        ]

    def _ask(self, owner: CgroupOwner, patience: float) -> ContainerInfo | None:
        """Whose it is; None if the engine that has to know has not said it yet."""
        if self._engines.names(owner):
            return self._engines.find(owner, patience)
        return self._engines.find(owner, 0.0) or self._nameless(owner)

    def _nameless(self, owner: CgroupOwner) -> ContainerInfo:
        short = owner.container_id[:12]
        whose = "" if owner.user is None else f", of the user {owner.user}"
        self._say(f"no engine has named {short} ({owner.ask}{whose}): it is called by its id")
        return ContainerInfo(id=owner.container_id, engine=owner.engine)

    def _add(self, seen: SubjectObservation, container: ContainerInfo) -> None:
        if not self._selection.matches(container):
            return
        if is_helper(container) and not self._selection.names_it(container):
            self.helpers += 1
            return
        if not seen.started:
            name = printable(container.name or container.id[:12])
            self._say(f"{name} never came to its program: not recorded")
            return
        self.fulfilled |= self._selection.fulfilled(container)
        subject = subject_name(container, self._subject)
        service = named_by_role(container, self._subject)
        project = project_of(container) if service else None
        key = (subject, project, container.image_id)
        if key not in self._groups and len(self._groups) >= MAX_RECORDINGS:
            self._lost[LostKind.CONTAINERS] += 1
            return
        group = self._groups.setdefault(key, _Group(seen.born, service, project))
        group.born = min(group.born, seen.born)
        group.parts.append(assemble(subject, seen, container, self._host, self._run_id))
        self._waiting += 1

    def _merge(self, group: _Group) -> None:
        merged, lost = within_limits(merge(group.parts))
        group.parts = [merged]
        self._lost.update(lost)


def _owned(subjects: Iterable[SubjectObservation]) -> Iterator[tuple[SubjectObservation, CgroupOwner]]:
    """Those that are containers by their paths, and whose."""
    for seen in subjects:
        owner = owner_of(seen.cgroup_path)
        if owner is not None:
            yield seen, owner
