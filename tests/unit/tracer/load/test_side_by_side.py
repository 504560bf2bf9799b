"""Work done side by side in threads."""

from threading import Barrier

import pytest

from profilegen.tracer.load.side_by_side import side_by_side


def test_every_item_has_its_turn_at_the_same_time() -> None:
    meeting, done = Barrier(5), []

    def work(item: int) -> None:
        meeting.wait(10)
        done.append(item)

    side_by_side(work, range(5))
    assert sorted(done) == [0, 1, 2, 3, 4]


def test_what_one_raises_keeps_no_other_from_its_end() -> None:
    done = []

    def work(item: int) -> None:
        if item == 1:
            raise OSError(item)
        done.append(item)

    with pytest.raises(OSError, match="1"):
        side_by_side(work, range(3))
    assert sorted(done) == [0, 2]
