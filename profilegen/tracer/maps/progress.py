"""Progress of a recording: counts for a view that refreshes twice a second, a few map reads each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from profilegen.capabilities import Capability

if TYPE_CHECKING:
    from profilegen.tracer.maps.read import MapReader
    from profilegen.tracer.observation import Abis, Call


@dataclass(frozen=True, slots=True)
class SubjectProgress:
    """One subject so far; its runtime's own calls are left out."""

    cgroup_path: str
    started: bool
    ended: bool
    calls: frozenset[Call]
    granted: tuple[Capability, ...]
    """To the program with its own credentials, or in its sets; whether it needs them is not judged here."""


@dataclass(frozen=True, slots=True)
class Progress:
    """All subjects that the kernel side still has, in the order they came, and how much was dropped."""

    subjects: tuple[SubjectProgress, ...]
    lost: int


def read_progress(reader: MapReader, abis: Abis) -> Progress:
    """The state of now."""
    subjects = sorted(reader.places().values(), key=lambda raw: int(raw.born))
    return Progress(tuple(_subject(raw, abis) for raw in subjects), sum(reader.lost().values()))


def _subject(raw: Any, abis: Abis) -> SubjectProgress:
    return SubjectProgress(
        cgroup_path=raw.path.decode("utf-8", "surrogateescape"),
        started=bool(raw.started),
        ended=bool(raw.ended),
        calls=frozenset(abis.call(index) for index, seen in enumerate(bytes(raw.app)) if seen),
        granted=Capability.of_mask(
            raw.granted_sets | sum(1 << number for number, seen in enumerate(bytes(raw.granted)) if seen)
        ),
    )
