"""Numbers of tests, as the kernel side kept them, become the names of tests and their phases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.capabilities import Capability
from profilegen.recording.evidence.attribution import (
    ONE_OF,
    PHASES,
    Attribution,
    CallInTests,
    CapabilityInTests,
    InTests,
    PathInTests,
)
from profilegen.recording.number_sets import numbers, to_text
from profilegen.tables.arguments import masks
from profilegen.tables.syscalls import table
from profilegen.tracer.layout import CheckFlags
from profilegen.vocabulary import CapabilityUse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.session.attribution.timeline import Running, Timeline
    from profilegen.tracer.observation import SubjectObservation, TestNumbers


def attribution_of(seen: SubjectObservation, worker: int | None, timeline: Timeline) -> Attribution:
    """Which tests used what of one container.

    Args:
        seen: of the container.
        worker: that started it; None: any may have used it.
        timeline: what ran.
    """
    if not timeline.last:
        return Attribution()
    return _Attributor(seen, worker, timeline).whole()


class _Attributor:
    def __init__(self, seen: SubjectObservation, worker: int | None, timeline: Timeline) -> None:
        self._seen, self._worker, self._timeline = seen, worker, timeline
        born, ended = seen.in_tests.born, seen.in_tests.ended
        last = ended if seen.ended and ended else timeline.last
        ran = {one.test for number in range(born, last + 1) for one in self._candidates(number)}
        self._names = sorted(timeline.names[test] for test in ran)
        self._place = {name: place for place, name in enumerate(self._names)}
        self._start_up = self._passing(born, "setup", ended if seen.ended else 0)
        self._shutdown = self._passing(ended, "teardown", born)

    def whole(self) -> Attribution:
        return Attribution(
            names=tuple(self._names),
            calls=(*self._calls(), *self._arguments()),
            capabilities=tuple(self._capabilities()),
            paths=tuple(
                PathInTests(path=path, seen=self._in_tests(1 << number))
                for path, number in self._seen.in_tests.files.items()
            ),
            not_named=self._timeline.not_named,
        )

    def _candidates(self, number: int) -> tuple[Running, ...]:
        running = self._timeline.at(number)
        return (
            running if self._worker is None else tuple(one for one in running if one.worker == self._worker)
        )

    def _passing(self, number: int, phase: str, other_end: int) -> Running | None:
        """The phase in which the container came or went, if its life has another end in another test."""
        here = self._candidates(number)
        if len(here) != 1 or here[0].phase != phase:
            return None
        of_other = self._candidates(other_end)
        return None if any(one.test == here[0].test for one in of_other) else here[0]

    def _in_tests(self, tests: TestNumbers) -> InTests:
        bits = dict.fromkeys((*PHASES, ONE_OF), 0)
        start_up = shutdown = False
        for number in numbers(tests):
            running = self._candidates(number)
            for one in running:
                if one == self._start_up:
                    start_up = True
                elif one == self._shutdown:
                    shutdown = True
                else:
                    place = self._place.get(self._timeline.names[one.test])
                    if place is not None:
                        bits[one.phase if len(running) == 1 else ONE_OF] |= 1 << place
        texts = {name: to_text(of) for name, of in bits.items()}
        return InTests(**texts, start_up=start_up, shutdown=shutdown)

    def _calls(self) -> Iterator[CallInTests]:
        for call, tests in self._seen.in_tests.calls.items():
            name = table(call.abi).name(call.number)
            if name is not None:
                yield CallInTests(abi=call.abi, name=name, seen=self._in_tests(tests))

    def _arguments(self) -> Iterator[CallInTests]:
        for item in self._seen.arguments:
            name = table(item.call.abi).name(item.call.number)
            if name is None or not item.tests:
                continue
            values = tuple((index, item.values[index]) for index, _ in masks(item.call.abi).get(name, ()))
            yield CallInTests(abi=item.call.abi, name=name, values=values, seen=self._in_tests(item.tests))

    def _capabilities(self) -> Iterator[CapabilityInTests]:
        for item in self._seen.capabilities:
            if (
                not item.tests
                or item.use is not CapabilityUse.CHECKED
                or CheckFlags.GRANTED not in item.flags
            ):
                continue
            if not item.flags & (CheckFlags.OWN_CREDENTIALS | CheckFlags.COPIED_CREDENTIALS):
                continue
            capability = Capability.of_number(item.number)
            if capability is not None:
                yield CapabilityInTests(
                    capability=capability,
                    abi=item.call.abi,
                    syscall=table(item.call.abi).name(item.call.number) or "",
                    audited=CheckFlags.UNAUDITED not in item.flags,
                    seen=self._in_tests(item.tests),
                )
