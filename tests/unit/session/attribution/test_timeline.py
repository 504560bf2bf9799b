"""Numbers and tests: what a number stands for, and whose a container is."""

import pytest

from profilegen.containers.labels import PROJECT, TESTCONTAINERS_SESSION
from profilegen.session.attribution import timeline as module
from profilegen.session.attribution.timeline import Running, Timeline


def test_each_phase_has_a_number_and_nothing_has_none() -> None:
    timeline = Timeline()
    worker = timeline.join(7)
    assert [timeline.begin(worker, "a", phase) for phase in ("setup", "call", "teardown")] == [1, 2, 3]
    assert timeline.begin(worker, "b", "setup") == 4
    assert timeline.end(worker) == 0
    assert timeline.at(2) == (Running(worker, 0, "call"),)
    assert timeline.at(0) == timeline.at(5) == timeline.at(99) == ()


def test_what_runs_at_once_shares_a_number() -> None:
    timeline = Timeline()
    one, two = timeline.join(1), timeline.join(2)
    timeline.begin(one, "a", "call")
    number = timeline.begin(two, "b", "call")
    assert {running.test for running in timeline.at(number)} == {0, 1}
    assert timeline.at(timeline.end(one)) == (Running(two, 1, "call"),)


def test_tests_beyond_the_limit_are_counted_and_get_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TESTS_KEPT", 2)
    timeline = Timeline()
    worker = timeline.join(1)
    numbers = [timeline.begin(worker, test, "setup") for test in "abcde"]
    assert numbers == [1, 2, 0, 0, 0]
    assert timeline.not_named == 3
    assert timeline.last == 3
    assert timeline.begin(worker, "a", "setup") == 4


def test_a_container_is_of_the_worker_that_started_it() -> None:
    timeline = Timeline()
    one, two = timeline.join(11), timeline.join(12)
    timeline.starts_containers_of(two, "s")
    assert timeline.worker_of({PROJECT[0]: "pytest11"}) == one
    assert timeline.worker_of({TESTCONTAINERS_SESSION: "s"}) == two
    assert timeline.worker_of({}) is None
    assert not timeline.is_of_others({PROJECT[0]: "shop"})
    assert timeline.is_of_others({PROJECT[0]: "pytest13"})
    assert timeline.is_of_others({TESTCONTAINERS_SESSION: "t"})


def test_a_single_worker_has_all_that_nobody_else_has() -> None:
    timeline = Timeline()
    labels = {PROJECT[0]: "shop"}
    assert timeline.worker_of(labels) is None
    worker = timeline.join(1)
    assert timeline.worker_of(labels) == worker
    timeline.join(2)
    assert timeline.worker_of(labels) is None
