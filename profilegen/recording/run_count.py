"""How many runs saw something, from the smallest of their random ids.

Run ids are uniform over 128 bits, so that the k smallest of many are a sample of known density: below k the
number is exact, from there on (k - 1) divided by the k-th smallest as a fraction of all ids is an unbiased
estimate (Bar-Yossef et al., "Counting distinct elements in a data stream", RANDOM 2002). The k smallest of
a union follow from those of its parts, whatever their order and however often one comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profilegen.text import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profilegen.recording.evidence.base import Seen
    from profilegen.recording.model import Recording

RUNS_OF_ITEM = 16
"""Run ids that an item keeps: exact below 16, then within a quarter of the truth in two of three cases."""
RUNS_OF_RECORDING = 64
"""Run ids that a recording keeps: from 64 on within an eighth in two of three cases."""
_ALL = 2**128


class RunCount(NamedTuple):
    """A number of runs."""

    number: int
    is_exact: bool

    @property
    def words(self) -> str:
        """``1 run``, ``12 runs``, ``about 1,200 runs``."""
        return counted(self.number, "run") if self.is_exact else f"about {self.number:,} runs"


def count_runs(ids: Sequence[str], most: int) -> RunCount:
    """The number of runs.

    Args:
        ids: the smallest run ids (32 hexadecimal digits), sorted, each once.
        most: how many are kept.
    """
    if len(ids) < most:
        return RunCount(len(ids), is_exact=True)
    estimate = (most - 1) * _ALL // (int(ids[-1], 16) + 1)
    return RunCount(max(most, estimate), is_exact=False)


def runs_of(recording: Recording) -> RunCount:
    """How many runs are merged in a recording."""
    return count_runs(recording.run_ids, RUNS_OF_RECORDING)


def runs_of_item(item: Seen) -> RunCount:
    """How many runs saw an item of a recording."""
    return count_runs(item.runs, RUNS_OF_ITEM)
