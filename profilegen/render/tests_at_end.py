"""A few lines at the end of the tests: what each container needed, and whether that was new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.recording import End, Phase
from profilegen.recording.coverage import seen_once
from profilegen.recording.gaps import gaps
from profilegen.text import counted, printable
from profilegen.vocabulary import TESTS_KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from profilegen.recording import Recording


def lines(recordings: Sequence[Recording]) -> list[str]:
    """The line about all, then what there is to say of each."""
    return [_line(recordings), *_remarks(recordings)]


def _line(recordings: Sequence[Recording]) -> str:
    """``web 67 calls (2 seen by one test only), db 81; nothing lost``."""
    if not recordings:
        return "no container ran"
    parts = []
    for number, recording in enumerate(recordings):
        calls = len({call.name for call in recording.syscalls if Phase.APP in call.phases})
        words = counted(calls, "call") if not number else str(calls)
        once = len(seen_once(recording)) if len(recording.attribution.names) > 1 else 0
        alone = f" ({once} seen by one test only)" if once else ""
        parts.append(f"{printable(recording.subject)} {words}{alone}")
    lost = [recording for recording in recordings if gaps(recording)]
    end = "nothing lost" if not lost else "incomplete: " + ", ".join(printable(one.subject) for one in lost)
    return f"{', '.join(parts)}; {end}"


def _remarks(recordings: Sequence[Recording]) -> Iterator[str]:
    """What was not there to be seen, a line for each subject."""
    for recording in recordings:
        name = printable(recording.subject)
        for gap in gaps(recording):
            yield f"{name}: {gap.text}"
        if recording.containers and all(one.end is End.KILLED for one in recording.containers):
            yield f"{name}: shutdown not seen (killed)"
        if beyond := recording.attribution.not_named:
            yield f"{name}: {counted(beyond, 'test')} beyond the {TESTS_KEPT:,} that are named"
        if recording.attribution.not_kept:
            yield f"{name}: {recording.attribution.not_kept} times it was not kept which test ran"
