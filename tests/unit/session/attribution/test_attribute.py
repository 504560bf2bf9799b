"""Numbers become tests: whose a container is, what its start and its end are, and what is not known."""

import pytest

from profilegen.abi import Abi
from profilegen.recording import InTests
from profilegen.session.attribution.attribute import attribution_of
from profilegen.session.attribution.timeline import Timeline
from profilegen.tracer.observation import Call, SeenInTests, SubjectObservation
from tests.support.doors import observed

READ = Call(Abi.X86_64, 0)
WEB = "a" * 64


@pytest.fixture
def timeline() -> Timeline:
    """Numbers 1 to 6: the phases of a, then those of b."""
    one = Timeline()
    worker = one.join(1)
    for test in ("a", "b"):
        for phase in ("setup", "call", "teardown"):
            one.begin(worker, test, phase)
    return one


def seen(*numbers: int, born: int = 0, ended: int = 0) -> SubjectObservation:
    tests = SeenInTests(born, ended, {READ: sum(1 << number for number in numbers)}, {"/x": numbers[0]})
    return observed(WEB, "read", in_tests=tests, ended=bool(ended))


def found(timeline: Timeline, worker: int | None, subject: SubjectObservation) -> InTests:
    (call,) = attribution_of(subject, worker, timeline).calls
    return call.seen


def test_each_phase_is_its_own(timeline: Timeline) -> None:
    assert found(timeline, 0, seen(1, 2, 6)) == InTests(setup="0", call="0", teardown="1")


def test_the_start_and_the_end_of_what_two_tests_used_are_nobodys(timeline: Timeline) -> None:
    shared = seen(1, 2, 5, 6, born=1, ended=6)
    assert found(timeline, 0, shared) == InTests(call="0-1", start_up=True, shutdown=True)


def test_what_one_test_alone_used_is_wholly_its_own(timeline: Timeline) -> None:
    assert found(timeline, 0, seen(1, 2, 3, born=1, ended=3)) == InTests(setup="0", call="0", teardown="0")


def test_what_still_runs_was_started_for_more_than_one(timeline: Timeline) -> None:
    assert found(timeline, 0, seen(1, 2, born=1)) == InTests(call="0", start_up=True)


def test_only_tests_of_its_life_are_named(timeline: Timeline) -> None:
    assert attribution_of(seen(5, born=4, ended=6), 0, timeline).names == ("b",)
    assert attribution_of(seen(1, 5), 0, timeline).names == ("a", "b")


def test_a_file_has_its_first_test(timeline: Timeline) -> None:
    (path,) = attribution_of(seen(2, 5), 0, timeline).paths
    assert (path.path, path.seen) == ("/x", InTests(call="0"))


def test_of_several_workers_the_one_that_started_it_is_meant() -> None:
    timeline = Timeline()
    one, two = timeline.join(1), timeline.join(2)
    timeline.begin(one, "a", "call")
    both = timeline.begin(two, "b", "call")
    assert found(timeline, one, seen(both)) == InTests(call="0")
    assert found(timeline, two, seen(both)) == InTests(call="0")
    assert attribution_of(seen(both), two, timeline).names == ("b",)
    assert found(timeline, None, seen(both)) == InTests(one_of="0-1")


def test_without_tests_there_is_nothing() -> None:
    assert not attribution_of(seen(1), None, Timeline()).names
