"""How far a recording is: counts for a view that looks twice a second, a few map reads each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from profilegen.capabilities import Capability
from profilegen.tracer.layout import CAP_NUMBERS, CapabilityClass

if TYPE_CHECKING:
    from profilegen.tracer.files import FileCollector
    from profilegen.tracer.observation import Abis, Call

_NEEDED = int(
    CapabilityClass.GRANTED
    | CapabilityClass.OWN_CREDENTIALS
    | CapabilityClass.APP
    | CapabilityClass.OWN_NAMESPACE
)


@dataclass(frozen=True, slots=True)
class SubjectProgress:
    """One subject so far; its runtime's own calls are left out."""

    cgroup_path: str
    started: bool
    ended: bool
    calls: frozenset[Call]
    capabilities: tuple[Capability, ...]
    """Granted to the program with its own credentials: candidates for ``--cap-add``."""


@dataclass(frozen=True, slots=True)
class Progress:
    """All subjects in the order that they came, and how much was dropped."""

    subjects: tuple[SubjectProgress, ...]
    lost: int


class ProgressReader:
    """Reads the maps; a subject that has ended is read once and remembered."""

    def __init__(self, bpf: Any, collector: FileCollector, abis: Abis) -> None:
        self._bpf = bpf
        self._collector = collector
        self._abis = abis
        self._ended: dict[int, SubjectProgress] = {}

    def read(self) -> Progress:
        """The state of now."""
        count = min(self._bpf["subject_count"][0].value, len(self._bpf["subjects"]))
        lost = self._collector.lost + sum(value.value for value in self._bpf["lost"].values())
        return Progress(tuple(self._subject(index) for index in range(count)), lost)

    def _subject(self, index: int) -> SubjectProgress:
        known = self._ended.get(index)
        if known is not None:
            return known
        raw = self._bpf["subjects"][index]
        needed = bytes(raw.capabilities)[_NEEDED * CAP_NUMBERS : (_NEEDED + 1) * CAP_NUMBERS]
        subject = SubjectProgress(
            cgroup_path=raw.path.decode("utf-8", "surrogateescape"),
            started=bool(raw.started),
            ended=bool(raw.ended),
            calls=frozenset(self._abis.call(index) for index, seen in enumerate(bytes(raw.app)) if seen),
            capabilities=Capability.of_mask(sum(1 << number for number, seen in enumerate(needed) if seen)),
        )
        if subject.ended:
            self._ended[index] = subject
        return subject
