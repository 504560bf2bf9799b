"""Findings for a terminal or a log: grouped by subject, the gravest first, at the end the plan."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from profilegen.review.findings import Level
from profilegen.text import listed, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.review.findings import Finding, Report

_SHOWN = 20
"""Findings of one kind that are shown; warnings alone are cut, never an error."""
_NAMED = 3
_SIGNS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note"}


def render(report: Report) -> str:
    """The report as text."""
    lines = [f"{report.command}: {line}" for line in report.compared]
    for container, group in groupby(report.findings, key=lambda finding: finding.container):
        lines += ["", printable(container) or "profile"]
        for level, same in groupby(group, key=lambda finding: finding.level):
            lines += _of_level(level, list(same))
    lines += [""] if report.findings else []
    lines.append(f"{report.command}: {report.plan}")
    return "".join(f"{line}\n" for line in lines)


def _of_level(level: Level, findings: list[Finding]) -> Iterator[str]:
    shown = findings if level is Level.ERROR else findings[:_SHOWN]
    for finding in shown:
        yield from _lines(finding)
    if len(findings) > len(shown):
        yield f"  ... and {len(findings) - len(shown)} more of them (--format json has all)"


def _lines(finding: Finding) -> Iterator[str]:
    yield f"  {_SIGNS[finding.level]}: {printable(finding.text)} [{finding.rule}]"
    if len(finding.programs) > 1:
        yield f"      programs: {_names(finding.programs)}"
    if finding.tests:
        yield f"      while these tests ran: {_names(finding.tests)}"
    if finding.asked_by:
        yield f"      asked in the kernel by: {_names(finding.asked_by)}"
    if finding.opens:
        yield f"      it opens: {printable(finding.opens)} ({finding.source})"
    if finding.wider:
        yield "      Docker's default refuses it too"
    if finding.fix:
        yield f"      to allow it: {printable(finding.fix, 500)}"
    if finding.place:
        yield f"      at {printable(finding.place.file)}:{finding.place.line}"


def _names(names: Iterable[str]) -> str:
    return listed([printable(name, 200) for name in names], _NAMED)
