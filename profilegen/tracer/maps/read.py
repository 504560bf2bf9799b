"""Reads the maps of recorder.bpf.c: an observation of each subject."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from profilegen.tables.arguments import MAX_COMBINATIONS
from profilegen.tracer.bpf.preemption import unpreempted
from profilegen.tracer.layout import (
    BEFORE,
    CAP_NUMBERS,
    ERRNO_SIGSYS,
    OWN_GRANT,
    REFUSED_ANYTHING,
    RING_CALL,
    CheckFlags,
    UnknownSeen,
)
from profilegen.tracer.maps.in_tests import RowsInTests, arguments_key, check_key
from profilegen.tracer.maps.sensitive import sensitive_calls
from profilegen.tracer.observation import (
    Abis,
    ArgumentsSeen,
    Call,
    CapabilitySeen,
    LowPortSeen,
    RefusalSeen,
    SeenInTests,
    SubjectObservation,
)
from profilegen.vocabulary import Access, CapabilityUse, Lost, Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from profilegen.tracer.host.kallsyms import KernelSymbols
    from profilegen.tracer.load.program import Program
    from profilegen.tracer.maps.file_events import FileCollector

_KEYED = (
    "first_program", "arguments", "refused", "first_capability", "kept_sets", "unknown", "low_ports",
)  # fmt: skip
"""Maps whose rows belong to a subject."""

_UNREAD = ("files", "personalities", "programs")
"""Those of which nothing but the kernel side reads the rows."""


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
        self.tests = RowsInTests(program.maps)
        self._sensitive = tuple(sensitive_calls(abis))

    def places(self) -> dict[int, Any]:
        """The subjects that there are, by their place in the table, as the kernel side has them."""
        count = self._maps["subject_count"].get(0)
        with unpreempted():
            found = [self._maps["subjects"].get(place) for place in range(count)]
        return {place: subject for place, subject in enumerate(found) if subject.cgroup}

    def lost(self) -> dict[Lost, int]:
        """What was dropped, by kind; a kind that was not is left out."""
        counts = {what: self._maps["lost"].get(what.number) for what in Lost}
        counts[Lost.PATHS] += self._collector.lost
        counts[Lost.EVENTS] += self._program.missed()
        return {what: count for what, count in counts.items() if count}

    def observe(self) -> tuple[SubjectObservation, ...]:
        """Everything that was seen of all subjects, in the order they came."""
        self.tests.collect()
        places = self.places()
        return self._observed(places, {name: self._maps[name].rows(places) for name in _KEYED})

    def take(self, places: Collection[int]) -> tuple[SubjectObservation, ...]:
        """Everything seen of these places, which are then emptied and given back."""
        self.tests.collect()
        rows = {name: self._maps[name].rows(places) for name in (*_KEYED, *_UNREAD)}
        taken = self._observed({place: self._maps["subjects"].get(place) for place in places}, rows)
        for name, found in rows.items():
            self._maps[name].delete([key for of in found.values() for key, _ in of])
        for place in places:
            self._collector.forget(place)
            self._maps["subjects"].put(place, self._maps["subjects"].Value())
            self._maps["free_subjects"].push(place)
        self.tests.forget(places)
        return taken

    @cached_property
    def _ring_workers(self) -> bool:
        """Whether workers of an io_uring are threads of the program; five megabytes of names are searched."""
        return self._symbols.has("create_io_thread")

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
        executed = self._collector.executed

        def name(program: int) -> str | None:
            return executed.name(place, program)

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
                    phase: name(first.get((call, phase.number), 0))
                    for phase, seen in ((Phase.RUNTIME, runtime), (Phase.APP, app))
                    if seen[call]
                }
                for call in range(len(app))
                if app[call] or runtime[call]
            },
            enosys=frozenset(self._abis.call(call) for call, seen in enumerate(bytes(raw.enosys)) if seen),
            arguments=tuple(
                ArgumentsSeen(
                    self._abis.call(key.call),
                    tuple(key.value),
                    Phase.of_number(key.phase),
                    self.tests.of(place, "arguments_in_test", arguments_key(key)),
                )
                for key, _ in rows["arguments"]
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
            capabilities=(
                *self._capabilities(place, bytes(raw.granted), rows["first_capability"], name),
                *self._sets(rows["kept_sets"], name),
            ),
            unknown={
                self._abis.unknown(key.number, compat=bool(key.compat)): UnknownSeen(seen)
                for key, seen in rows["unknown"]
            },
            programs=executed.programs(place),
            files={path: Access.of_bits(bits) for path, bits in self._collector.files.get(place, {}).items()},
            wait_status=raw.end - 1 if raw.end else None,
            ended=bool(raw.ended),
            low_ports=tuple(
                LowPortSeen(key.port, value.start, name(value.program)) for key, value in rows["low_ports"]
            ),
            ring_files=self._program.sees_rings,
            ring_slots=bool(raw.opened_by_slot),
            ring_workers=self._ring_workers,
            cpus=raw.cpus,
            ambient_set=raw.ambient_set,
            left_out=executed.left_out(place) if raw.outside else None,
            in_tests=self._in_tests(place, raw, range(len(app))),
        )

    def _in_tests(self, place: int, raw: Any, calls: Iterable[int]) -> SeenInTests:
        seen = ((call, self.tests.of(place, "calls_in_test", call)) for call in calls)
        return SeenInTests(
            born=raw.born_in,
            ended=raw.ended_in,
            calls={self._abis.call(call): tests for call, tests in seen if tests},
            files=self._collector.first_tests(place),
        )

    def _capabilities(
        self,
        place: int,
        granted: bytes,
        rows: Sequence[tuple[Any, Any]],
        name: Callable[[int], str | None],
    ) -> Iterator[CapabilitySeen]:
        """What was asked for; a granted one that the table had no room for comes without its evidence."""
        missing = {number for number, seen in enumerate(granted) if seen}
        for key, asker in rows:
            flags, use = _flags_and_use(key.kind)
            before = key.kind >> BEFORE
            if flags & (OWN_GRANT | CheckFlags.UNAUDITED) == OWN_GRANT:
                missing.discard(key.capability)
            askers = self._symbols.askers(tuple(asker.frame))
            yield CapabilitySeen(
                key.capability,
                flags,
                self._abis.call(key.call),
                name(asker.program),
                askers,
                before - 1 if before else None,
                use=use,
                ring=key.call == RING_CALL,
                tests=self.tests.of(place, "checks_in_test", check_key(key)),
            )
        for number in missing:
            yield CapabilitySeen(number, OWN_GRANT, Call(self._abis.native, -1), None)

    def _sets(
        self, rows: Sequence[tuple[Any, Any]], name: Callable[[int], str | None]
    ) -> Iterator[CapabilitySeen]:
        """What was looked at without a check, one capability after the other."""
        for key, bits in rows:
            flags, use = _flags_and_use(key.kind)
            for number in range(CAP_NUMBERS):
                if bits >> number & 1:
                    call, program = self._abis.call(key.call), name(key.program)
                    yield CapabilitySeen(number, flags, call, program, use=use)


def _flags_and_use(kind: int) -> tuple[CheckFlags, CapabilityUse]:
    """What the kernel side has in one number; what it has from BEFORE on is left out."""
    low = kind & ((1 << BEFORE) - 1)
    use = next(iter(CapabilityUse.of_bits(low)), CapabilityUse.CHECKED)
    return CheckFlags(low & ~use.number), use
