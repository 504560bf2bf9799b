"""How much the tests have shown: by hand, and where there is nothing to say."""

import pytest

from profilegen.recording.coverage import estimate


def test_what_was_found_often_leaves_little_to_find() -> None:
    found = estimate([10] * 20, 10)
    assert found is not None
    assert (found.share, found.low, found.high, found.once) == (1.0, 1.0, 1.0, 0)


def test_what_was_found_once_says_that_there_is_more() -> None:
    """Ten samples, 20 incidences: four things once, three twice, one in all ten."""
    found = estimate([1, 1, 1, 1, 2, 2, 10, 2], 10)
    assert found is not None
    total = 4 + 6 + 10
    assert found.share == pytest.approx(1 - 4 / total * (36 / (36 + 2 * 3)))
    assert found.low < found.share < found.high <= 1


def test_all_found_once_says_that_nothing_is_known() -> None:
    found = estimate([1, 1, 1], 3)
    assert found is not None
    assert found.share == 0


@pytest.mark.parametrize(("incidences", "samples"), [([], 5), ([1], 1), ([], 0)])
def test_too_little_says_nothing(incidences: list[int], samples: int) -> None:
    assert estimate(incidences, samples) is None
