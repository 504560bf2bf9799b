"""How much of what a program can do its tests have shown, estimated from what only one test showed.

A test is a sample, and what it used is what was found in it. If much was found once only, much is not found
yet. The estimator is Chao's for incidence data (Chao and others, "Rarefaction and extrapolation with Hill
numbers", Ecological Monographs 84, 2014, appendix B), its interval Esty's ("A normal limit law for a
nonparametric estimator of the coverage of a random sample", Annals of Statistics 11, 1983).
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from profilegen.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.recording.model import Recording

_NORMAL = 1.96
"""Two-sided 95 % of the normal distribution."""


class Coverage(NamedTuple):
    """An estimate.

    Attributes:
        samples: tests, or runs.
        once: things that exactly one of them used.
        share: probability that a call which one more sample uses is one that is known.
        low: of the 95 % interval.
        high: of the 95 % interval.
    """

    samples: int
    once: int
    share: float
    low: float
    high: float


def estimate(incidences: Iterable[int], samples: int) -> Coverage | None:
    """The coverage of some samples.

    Args:
        incidences: for each thing that was found, in how many samples.
        samples: how many there are.

    Returns:
        None: with fewer than two samples, or where nothing was found, there is nothing to say.
    """
    counts = Counter(incidences)
    total = sum(number * of for number, of in counts.items())
    if samples < 2 or not total:
        return None
    once, twice = counts[1], counts[2]
    rest = (samples - 1) * once
    share = 1 - once / total * (rest / (rest + 2 * twice) if rest else 0)
    error = _NORMAL * math.sqrt(max(0.0, once * (1 - once / total) + 2 * twice)) / total
    return Coverage(samples, once, share, max(0.0, share - error), min(1.0, share + error))


def of_tests(recording: Recording) -> Coverage | None:
    """How well its tests cover a program's calls; None: too few said that they ran."""
    found = [bits.bit_count() for bits, _ in _calls(recording).values() if bits]
    return estimate(found, len(recording.attribution.names))


def _calls(recording: Recording) -> dict[str, tuple[int, bool]]:
    """The tests of each call as bits, and whether it was seen when a container was started or stopped."""
    calls: dict[str, tuple[int, bool]] = {}
    for one in recording.attribution.calls:
        if not one.values:
            bits, passing = calls.get(one.name, (0, False))
            calls[one.name] = (bits | one.seen.surely, passing or one.seen.start_up or one.seen.shutdown)
    return calls


def seen_once(recording: Recording) -> tuple[str, ...]:
    """Calls that one test alone used, and no start or stop of a container, sorted."""
    return tuple(
        sorted(
            name
            for name, (bits, passing) in _calls(recording).items()
            if bits.bit_count() == 1 and not passing
        )
    )


def of_runs(recording: Recording) -> Coverage | None:
    """How well the runs that are merged cover a program's calls.

    None: there are too few, or more than each item keeps.
    """
    samples = len(recording.run_ids)
    calls: dict[str, set[str]] = {}
    for call in recording.syscalls:
        if Phase.APP in call.phases:
            calls.setdefault(call.name, set()).update(call.runs)
    if any(len(runs) > samples for runs in calls.values()):
        return None
    return estimate((len(runs) for runs in calls.values()), samples)
