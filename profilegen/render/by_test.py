"""``show --by-test``: what each test used, and what no other one did."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from profilegen.recording import tested
from profilegen.recording.coverage import of_runs, of_tests, seen_once
from profilegen.text import counted, listed, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from profilegen.recording import Recording
    from profilegen.recording.coverage import Coverage

_LONGEST = 200  # characters of a cell
_NAMED = 12
"""Calls that a row names."""


def show(recording: Recording) -> RenderableType:
    """One row for each phase of a test in which something was seen, sorted; a start and a stop come first."""
    title = Text(f"{recording.subject}: {counted(len(recording.attribution.names), 'test')}", style="bold")
    used = _used(recording)
    if not used:
        return Group(title, Text("no test has said that it ran: record with pytest --profilegen"))
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 2))
    for word in ("while this ran", "calls", "that nothing else made"):
        table.add_column(Text(word), overflow="fold")
    times = Counter(chain.from_iterable(used.values()))
    for label in sorted(used):
        alone = sorted(name for name in used[label] if times[name] == 1)
        cells = (label, str(len(used[label])), listed(alone, _NAMED) if alone else "")
        table.add_row(*(Text(printable(cell, _LONGEST)) for cell in cells))
    return Group(title, *(Text(line) for line in sentences(recording)), Text(), table)


def sentences(recording: Recording) -> Iterator[str]:
    """How much the tests, and the runs, have shown of what there is."""
    coverage = of_tests(recording)
    if coverage is not None:
        calls = counted(len(seen_once(recording)), "call")
        yield f"seen by one test only: {calls}; {_known(coverage, 'test')}"
    coverage = of_runs(recording)
    if coverage is not None:
        yield f"seen in one run only: {counted(coverage.once, 'call')}; {_known(coverage, 'run')}"


def _known(coverage: Coverage, sample: str) -> str:
    share, low, high = (f"{100 * value:.1f}" for value in (coverage.share, coverage.low, coverage.high))
    return f"what another {sample} calls is known already with {share} % (95 % interval: {low} to {high})"


def _used(recording: Recording) -> dict[str, set[str]]:
    """Names of calls by what ran while they were made."""
    used: dict[str, set[str]] = defaultdict(set)
    for name in {one.name for one in recording.attribution.calls}:
        for label in tested.of_call(recording.attribution, name, ()).names:
            used[label].add(name)
    return used
