"""Reads the maps of recorder.bpf.c: an observation of each subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profilegen.arguments import MAX_COMBINATIONS
from profilegen.tracer.bpf.preemption import unpreempted
from profilegen.tracer.layout import (
    BEFORE,
    CAP_NEEDED,
    ERRNO_SIGSYS,
    REFUSED_ANYTHING,
    CapabilityClass,
    LostKind,
    PhaseNumber,
    UnknownSeen,
)
from profilegen.tracer.observation import (
    Abis,
    ArgumentsSeen,
    Call,
    CapabilitySeen,
    RefusalSeen,
    SubjectObservation,
)
from profilegen.tracer.sensitive import sensitive_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from profilegen.tracer.files import FileCollector
    from profilegen.tracer.program import Program
    from profilegen.tracer.symbols import KernelSymbols

_KEYED = ("first_program", "arguments", "refused", "first_capability", "unknown")
"""Maps whose rows belong to a subject."""


class MapReader:
    """Reads while the kernel side writes; what is asked for is of one moment for each map only."""

    def __init__(
        self,
        program: Program,
        collector: FileCollector,
        abis: Abis,
        symbols: KernelSymbols,
    ) -> None:
        self._program, self._maps = program, program.maps
        self._symbols = symbols
        self._collector = collector
        self._abis = abis
        self._sensitive = tuple(sensitive_calls(abis))

    def places(self) -> dict[int, Any]:
        """The subjects that there are, by their place in the table, as the kernel side has them."""
        count = self._maps["subject_count"].get(0)
        with unpreempted():
            found = [self._maps["subjects"].get(place) for place in range(count)]
        return {place: subject for place, subject in enumerate(found) if subject.cgroup}

    def lost(self) -> dict[LostKind, int]:
        """What was dropped, by kind; a kind that was not is left out."""
        counts = {what: self._maps["lost"].get(what) for what in LostKind}
        counts[LostKind.PATHS] += self._collector.lost
        counts[LostKind.EVENTS] += self._program.missed()
        return {what: count for what, count in counts.items() if count}

    def observe(self) -> tuple[SubjectObservation, ...]:
        """Everything that was seen of all subjects, in the order they came."""
        places = self.places()
        return self._observed(places, {name: self._maps[name].rows(places) for name in _KEYED})

    def take(self, places: Collection[int]) -> tuple[SubjectObservation, ...]:
        """The same of these places, which are emptied and given back: nobody writes there any more."""
        rows = {name: self._maps[name].rows(places) for name in (*_KEYED, "files")}
        taken = self._observed({place: self._maps["subjects"].get(place) for place in places}, rows)
        for name, found in rows.items():
            self._maps[name].delete([key for of in found.values() for key, _ in of])
        for place in places:
            self._collector.forget(place)
            self._maps["subjects"].put(place, self._maps["subjects"].Value())
            self._maps["free_subjects"].push(place)
        return taken

    def _observed(
        self, chosen: Mapping[int, Any], rows: Mapping[str, Mapping[int, Sequence[tuple[Any, Any]]]]
    ) -> tuple[SubjectObservation, ...]:
        seen = [
            self._observation(place, raw, {name: found.get(place, ()) for name, found in rows.items()})
            for place, raw in chosen.items()
        ]
        return tuple(sorted(seen, key=lambda subject: subject.born))

    def _observation(
        self, place: int, raw: Any, rows: Mapping[str, Sequence[tuple[Any, Any]]]
    ) -> SubjectObservation:
        app, runtime = bytes(raw.app), bytes(raw.runtime)
        programs = self._collector.programs.get(place, {})

        def name(program: int) -> str | None:
            found = programs.get(program)
            return None if found is None else found.name

        first = {(key.call, key.phase): program for key, program in rows["first_program"]}
        return SubjectObservation(
            cgroup_id=raw.cgroup,
            cgroup_path=raw.path.decode("utf-8", "surrogateescape"),
            born=raw.born,
            started=bool(raw.started),
            late=bool(raw.late),
            unconfined=bool(raw.unconfined),
            no_new_privileges=bool(raw.no_new_privs),
            bounding_set=raw.bounding_set,
            calls={
                self._abis.call(call): {
                    phase: name(first.get((call, phase), 0))
                    for phase, seen in ((PhaseNumber.RUNTIME, runtime), (PhaseNumber.APP, app))
                    if seen[call]
                }
                for call in range(len(app))
                if app[call] or runtime[call]
            },
            enosys=frozenset(self._abis.call(call) for call, seen in enumerate(bytes(raw.enosys)) if seen),
            arguments=tuple(
                ArgumentsSeen(self._abis.call(key.call), tuple(key.value), PhaseNumber(key.phase))
                for key, _program in rows["arguments"]
            ),
            anything=frozenset(
                self._abis.call(call)
                for place, call in enumerate(self._sensitive)
                if raw.combinations[place] > MAX_COMBINATIONS
            ),
            refused=tuple(
                RefusalSeen(
                    self._abis.call(key.call),
                    None if key.error == ERRNO_SIGSYS else key.error & ~REFUSED_ANYTHING,
                    tuple(key.value),
                    name(program),
                    anything=bool(key.error & REFUSED_ANYTHING),
                )
                for key, program in rows["refused"]
            ),
            capabilities=tuple(self._capabilities(bytes(raw.needed), rows["first_capability"], name)),
            unknown={
                self._abis.unknown(key.number, compat=bool(key.compat)): UnknownSeen(seen)
                for key, seen in rows["unknown"]
            },
            programs=tuple(sorted(set(programs.values()), key=lambda program: program.name)),
            files=dict(self._collector.files.get(place, {})),
            wait_status=raw.end - 1 if raw.end else None,
            ended=bool(raw.ended),
            cpus=raw.cpus,
        )

    def _capabilities(
        self, needed: bytes, rows: Sequence[tuple[Any, Any]], name: Callable[[int], str | None]
    ) -> Iterator[CapabilitySeen]:
        """What was asked for; a needed one that the table had no room for comes without its evidence."""
        missing = {number for number, seen in enumerate(needed) if seen}
        for key, asker in rows:
            kind = CapabilityClass(key.kind & ((1 << BEFORE) - 1))
            before = key.kind >> BEFORE
            if kind & (CAP_NEEDED | CapabilityClass.UNAUDITED) == CAP_NEEDED:
                missing.discard(key.capability)
            askers = self._symbols.askers(tuple(asker.frame))
            yield CapabilitySeen(
                key.capability,
                kind,
                self._abis.call(key.call),
                name(asker.program),
                askers,
                before - 1 if before else None,
            )
        for number in missing:
            yield CapabilitySeen(number, CAP_NEEDED, Call(self._abis.native, -1), None)
