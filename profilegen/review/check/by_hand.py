"""Decisions by hand: those that are past their day, that were not kept, or that change nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from profilegen.review.findings import Finding, Level, Place, Rule, Subject
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from profilegen.policy.decisions import Decision


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
