"""What comes of a stream is what comes of merging the recordings themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.recording import Recording, dumps
from profilegen.recording import stream as module
from profilegen.recording.merge import merge
from profilegen.recording.projects import service_of
from profilegen.recording.run_count import RunCount, count_runs
from profilegen.recording.stream import Stream
from tests.support.strategies import recordings


def streamed(*some: Recording) -> list[Recording]:
    stream = Stream()
    for one in some:
        stream.add(dumps(one).encode(), "name")
    return list(stream.recordings())


@given(st.lists(recordings(), min_size=1, max_size=4), st.integers(1, 3))
def test_it_equals_the_merge_of_each_subject_and_project(some: list[Recording], batch: int) -> None:
    groups: dict[tuple[str, tuple[str, str]], list[Recording]] = {}
    for one in some:
        groups.setdefault((one.subject, service_of(one)), []).append(one)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BATCH", batch)
        patch.setattr(module, "_MOST_ITEMS", 3 * batch)
        assert streamed(*some) == [merge(group) for _, group in sorted(groups.items())]


def ids(count: int) -> list[str]:
    """Run ids that lie evenly, as random ones do on average."""
    return sorted(f"{(number + 1) * 2**128 // (count + 1):032x}" for number in range(count))


def test_few_runs_are_counted_and_many_estimated() -> None:
    assert count_runs(ids(15), 16) == RunCount(15, is_exact=True)
    assert count_runs(ids(1)[:16], 16).words == "1 run"
    assert count_runs(ids(1000)[:64], 64).words == "about 985 runs"
    assert count_runs(ids(16), 16).number == 16
