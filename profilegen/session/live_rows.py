"""What a live view shows: one row a container that is recorded, with what is new in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from profilegen.containers.helpers import is_recorded
from profilegen.containers.subject import subject_name
from profilegen.session.identity import container_of
from profilegen.tables.syscalls import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profilegen.abi import Abi
    from profilegen.containers.interface import Engines
    from profilegen.containers.selection import Selection
    from profilegen.tracer.maps.progress import Progress
    from profilegen.tracer.observation import Call

_REMEMBERED = 256
"""Rows, more only of containers that run."""

RECENT_SECONDS = 10.0
"""So long a call counts as new: when no row has any, the tests have shown the program all there is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One container; the names are the container's, not safe for a terminal."""

    subject: str
    name: str
    running: bool
    calls: int
    recent: tuple[str, ...]
    """Names of the calls that it has made for the first time lately, the newest first."""
    granted: tuple[str, ...]
    """Capabilities that the kernel granted the program itself, as ``--cap-add`` spells them.

    Which of them it needs is judged when a profile is made.
    """


class View(Protocol):
    """Shows rows while a recording is under way."""

    def show(self, rows: Sequence[Row], containers: int, lost: int) -> None:
        """Replace what was shown. How many containers there were, and how much the tracer had to drop."""


@dataclass
class Rows:
    """Makes rows of what the tracer says, and remembers when it first said it."""

    engines: Engines
    selection: Selection
    native: Abi
    subject: str = ""
    """The name that ``--subject`` gives to all."""
    count: int = 0
    """Containers so far, also those that are remembered no more."""
    _first: dict[str, dict[Call, float]] = field(default_factory=dict)
    _rows: dict[str, Row] = field(default_factory=dict)

    def of(self, progress: Progress, now: float) -> tuple[Row, ...]:
        """Rows in the order in which the containers came; ``now`` in seconds of a steady clock.

        One that the tracer has no more has ended; the last ones stay.
        """
        present = {seen.cgroup_path for seen in progress.subjects}
        gone = [path for path in self._rows if path not in present]
        for path in gone:
            self._rows[path] = replace(self._rows[path], running=False, recent=())
            self._first.pop(path, None)
        for seen in progress.subjects:
            container = container_of(seen.cgroup_path, self.engines) if seen.started else None
            if container is None or not is_recorded(container, self.selection):
                continue
            first = self._first.setdefault(seen.cgroup_path, {})
            for call in seen.calls:
                first.setdefault(call, now)
            recent = [(-at, self._name(call)) for call, at in first.items() if now - at < RECENT_SECONDS]
            self.count += seen.cgroup_path not in self._rows
            self._rows[seen.cgroup_path] = Row(
                subject=subject_name(container, self.subject),
                name=container.shown_name,
                running=not seen.ended,
                calls=len(seen.calls),
                recent=tuple(name for _, name in sorted(recent)),
                granted=tuple(capability.docker for capability in seen.granted),
            )
        for path in gone[: max(0, len(self._rows) - _REMEMBERED)]:
            del self._rows[path]
        return tuple(self._rows.values())

    def _name(self, call: Call) -> str:
        name = table(call.abi).name(call.number) or str(call.number)
        return name if call.abi is self.native else f"{call.abi}:{name}"
