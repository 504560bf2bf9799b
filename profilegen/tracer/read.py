"""Reads the maps of recorder.bpf.c into an :class:`Observation`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from profilegen.recording import Lost, Phase
from profilegen.tracer.layout import ERRNO_SIGSYS, CapabilityClass, PhaseNumber, UnknownSeen
from profilegen.tracer.observation import (
    Abis,
    ArgumentsSeen,
    Call,
    CapabilitySeen,
    Observation,
    RefusalSeen,
    SubjectObservation,
)

if TYPE_CHECKING:
    from profilegen.tracer.files import FileCollector

_LOST = (  # enum lost, in order
    Lost.CONTAINERS, Lost.TASKS, Lost.PROGRAMS, Lost.ARGUMENTS,
    Lost.REFUSED, Lost.UNKNOWN_SYSCALLS, Lost.PATHS,
)  # fmt: skip


class MapReader:
    """One pass over the maps; the tracer may still be attached."""

    def __init__(self, bpf: Any, collector: FileCollector, abis: Abis) -> None:
        self._bpf = bpf
        self._collector = collector
        self._abis = abis

    def observe(self) -> Observation:
        """Everything that was seen so far."""
        count = self._bpf["subject_count"][0].value
        by_subject = {name: self._grouped(name) for name in _KEYED}
        subjects = tuple(
            self._subject(index, {name: rows.get(index, ()) for name, rows in by_subject.items()})
            for index in range(min(count, len(self._bpf["subjects"])))
        )
        return Observation(subjects, self._lost())

    def _grouped(self, table: str) -> dict[int, list[tuple[Any, int]]]:
        rows: dict[int, list[tuple[Any, int]]] = defaultdict(list)
        for key, value in self._bpf[table].items_lookup_batch():  # two system calls a row otherwise
            rows[key.subject].append((key, value))
        return rows

    def _lost(self) -> dict[Lost, int]:
        counts = {what: self._bpf["lost"][index].value for index, what in enumerate(_LOST)}
        counts[Lost.PATHS] += self._collector.lost
        return {what: count for what, count in counts.items() if count}

    def _subject(self, index: int, rows: dict[str, Any]) -> SubjectObservation:
        raw = self._bpf["subjects"][index]
        app, runtime = bytes(raw.app), bytes(raw.runtime)
        programs = self._collector.programs.get(index, {})

        def name(program: int) -> str | None:
            found = programs.get(program)
            return None if found is None else found.name

        first = {(key.call, key.phase): program for key, program in rows["first_program"]}
        return SubjectObservation(
            cgroup_id=raw.cgroup,
            cgroup_path=raw.path.decode("utf-8", "surrogateescape"),
            started=bool(raw.started),
            late=bool(raw.late),
            unconfined=bool(raw.unconfined),
            no_new_privileges=bool(raw.no_new_privs),
            bounding_set=raw.bounding_set,
            calls={
                self._abis.call(call): {
                    phase: name(first.get((call, number), 0))
                    for phase, number, seen in (
                        (Phase.RUNTIME, PhaseNumber.RUNTIME, runtime),
                        (Phase.APP, PhaseNumber.APP, app),
                    )
                    if seen[call]
                }
                for call in range(len(app))
                if app[call] or runtime[call]
            },
            enosys=frozenset(self._abis.call(call) for call, seen in enumerate(bytes(raw.enosys)) if seen),
            arguments=tuple(
                ArgumentsSeen(self._abis.call(key.call), (key.value[0], key.value[1], key.value[2]))
                for key, _program in rows["arguments"]
            ),
            refused=tuple(
                RefusalSeen(
                    self._abis.call(key.call),
                    None if key.error == ERRNO_SIGSYS else key.error,
                    (key.value[0], key.value[1], key.value[2]),
                    name(program),
                )
                for key, program in rows["refused"]
            ),
            capabilities=tuple(
                CapabilitySeen(
                    key.capability,
                    CapabilityClass(getattr(key, "class")),
                    self._abis.call(key.call),
                    name(program),
                )
                for key, program in rows["first_capability"]
            ),
            unknown={
                Call(self._abis.compat if key.compat else self._abis.native, key.number): UnknownSeen(seen)
                for key, seen in rows["unknown"]
            },
            programs=tuple(sorted(set(programs.values()), key=lambda program: program.name)),
            files=dict(self._collector.files.get(index, {})),
        )


_KEYED = ("first_program", "arguments", "refused", "first_capability", "unknown")
