"""Two recordings of each subject: what only one of them has, and which runs saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.conditions import in_words
from profilegen.recording import Phase
from profilegen.recording.run_count import runs_of
from profilegen.review.findings import Finding, Level, Report, Rule, Subject, in_order
from profilegen.review.opens import opens
from profilegen.seccomp.matching import exactly
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from profilegen.abi import Abi
    from profilegen.conditions import Alternatives
    from profilegen.recording import Recording

Key = tuple[Subject, "Abi | None", str, "Alternatives"]
Value = tuple[tuple[str, ...], tuple[str, ...]]
"""Programs and run ids."""


def diff_recordings(old: Sequence[Recording], new: Sequence[Recording]) -> Report:
    """Compare merged recordings by subject: calls of programs, their arguments, capabilities, paths.

    Args:
        old: the older recordings, one a subject, in canonical form.
        new: the newer ones.
    """
    before, after = ({one.subject: one for one in some} for some in (old, new))
    found: list[Finding] = []
    compared: list[str] = []
    for subject in sorted(before.keys() | after.keys()):
        was, now = (dict(_seen(some[subject])) if subject in some else {} for some in (before, after))
        found += (_finding(Rule.WIDER, subject, key, now[key]) for key in now.keys() - was.keys())
        found += (_finding(Rule.NARROWER, subject, key, was[key]) for key in was.keys() - now.keys())
        runs = [runs_of(some[subject]).words if subject in some else "0 runs" for some in (before, after)]
        compared.append(f"{subject}: {runs[0]}, then {runs[1]}")
    return Report("diff", in_order(found), tuple(compared))


def _seen(recording: Recording) -> Iterator[tuple[Key, Value]]:
    for call in recording.syscalls:
        if Phase.APP in call.phases:
            yield (Subject.SYSCALL, call.abi, call.name, ()), (call.programs, call.runs)
    for item in recording.arguments:
        if item.values and Phase.RUNTIME not in item.phases:
            conditions = exactly(item.abi, item.name, dict(item.values))
            yield (Subject.SYSCALL, item.abi, item.name, (conditions,)), ((), item.runs)
    for check in recording.capabilities:
        if check.granted and check.phase is Phase.APP:
            yield (Subject.CAPABILITY, None, check.capability.value, ()), (check.programs, check.runs)
    for path in recording.paths:
        for access in path.access:
            yield (Subject.PATH, None, f"{path.path} {access}", ()), ((), path.runs)


def _finding(rule: Rule, subject: str, key: Key, value: Value) -> Finding:
    about, abi, name, alternatives = key
    programs, runs = value
    newly = rule is Rule.WIDER
    words = f" with {in_words(alternatives[0])}" if alternatives else ""
    by = f" by {printable(programs[0], 200)}" if programs else ""
    what, source = opens(name, alternatives) if newly and about is Subject.SYSCALL else ("", "")
    return Finding(
        rule,
        Level.ERROR if newly else Level.NOTE,
        subject,
        about,
        name,
        f"{printable(name, 300)}{words} is {'newly seen' if newly else 'no longer seen'}{by}",
        arch=abi.native if abi else None,
        conditions=alternatives,
        programs=programs,
        opens=what,
        source=source,
        runs=runs,
    )
