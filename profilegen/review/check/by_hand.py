"""Decisions by hand: those that are past their day, that were not kept, or that change nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from profilegen.review.findings import Finding, Level, Place, Rule, Subject
from profilegen.seccomp.matching import allows
from profilegen.seccomp.subset import overlap
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from profilegen.policy.decisions import Decision
    from profilegen.review.check.need import Needs


def expired(subject: str, decisions: Iterable[Decision], file: str, today: date) -> Iterator[Finding]:
    """An error for each decision whose last day is over; a string that is not a date counts as over.

    Args:
        subject: whose they are.
        decisions: those of the project file.
        file: the project file.
        today: the day that is asked about.
    """
    for one in decisions:
        if one.expired(today):
            when = "has expired: its date is not a date" if one.malformed else f"expired on {one.expires}"
            verb = "allow" if one.allow else "deny"
            yield Finding(
                Rule.EXPIRED,
                Level.ERROR,
                subject,
                Subject.ENTRY,
                one.name,
                f"{verb} {printable(one.name, 200)} {when} ({printable(one.reason, 200)})",
                fix=f"expires = {(today + timedelta(days=365)).isoformat()}",
                place=Place(file, one.line),
            )


def not_kept(
    needs: Needs, decisions: Iterable[Decision], refused: Collection[str], file: str
) -> Iterator[Finding]:
    """An error for each denial of what was seen, and the profile allows: it was not emitted since.

    Args:
        needs: what was seen on one architecture.
        decisions: those of the project file.
        refused: names that the profile refuses, which :func:`denied` reports.
        file: the project file.
    """
    for one in decisions:
        if not one.allow and one.name not in refused and is_seen(one, needs):
            why = printable(one.reason, 200)
            yield Finding(
                Rule.DENIED,
                Level.ERROR,
                needs.recording.subject,
                Subject.ENTRY,
                one.name,
                f"{printable(one.name, 200)} was seen, and is denied by hand ({why}): emit again",
                arch=needs.arch,
                place=Place(file, one.line),
            )


def unused(needs: Needs, decisions: Iterable[Decision], file: str) -> Iterator[Finding]:
    """A warning for each entry that allows what was seen, a note for each that denies what was not."""
    for one in decisions:
        seen = is_seen(one, needs)
        if one.allow is seen:
            verb, why = ("allow", "a recording has it") if seen else ("deny", "no recording has it")
            yield Finding(
                Rule.UNUSED_ENTRY,
                Level.WARNING if seen else Level.NOTE,
                needs.recording.subject,
                Subject.ENTRY,
                one.name,
                f"{verb} {printable(one.name, 200)} changes nothing: {why}",
                arch=needs.arch,
                place=Place(file, one.line),
            )


def is_seen(decision: Decision, needs: Needs) -> bool:
    """Whether a recording shows what a decision is about: some of what it denies, all that it allows."""
    if decision.capability is not None:
        return any(rule.capability is decision.capability for rule in needs.policy.capabilities)
    if decision.path:
        done = {one for item in needs.recording.paths if item.path == decision.path for one in item.access}
        wanted = set(decision.access)
        return wanted <= done if decision.allow else bool(wanted & done)
    names = ("socket", "socketpair") if decision.socket else (decision.syscall,)
    calls = [call for call in needs.calls() if call.name in names]
    if decision.allow:
        return any(allows(call.alternatives, decision.conditions) for call in calls)
    return any(overlap(one, decision.conditions) for call in calls for one in call.alternatives or ((),))


def denied(findings: Iterable[Finding], decisions: Sequence[Decision], file: str) -> Iterator[Finding]:
    """The findings, those about what is denied by hand as such: the profile is right to refuse it."""
    refused = {one.name: one for one in decisions if not one.allow}
    for finding in findings:
        decision = refused.get(finding.name)
        if decision is None or finding.level is not Level.ERROR:
            yield finding
            continue
        why = printable(decision.reason, 200)
        yield replace(
            finding,
            rule=Rule.DENIED,
            text=f"{printable(finding.name, 200)} was seen and is denied by hand ({why})",
            fix="",
            place=Place(file, decision.line),
        )
