"""What ``check`` and ``diff`` print with ``--format json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from profilegen.conditions import Operator
from profilegen.render.output import Output
from profilegen.review.findings import Level, Rule, Subject
from profilegen.text import json_text

if TYPE_CHECKING:
    from profilegen.conditions import Condition
    from profilegen.review.findings import Finding, Report


class Comparison(Output):
    """One comparison of one argument, as a seccomp profile writes it."""

    index: int
    op: Operator
    value: int
    valueTwo: int  # noqa: N815 - the name in a profile


class Position(Output):
    """Where a finding stands: a path relative to the current folder, and a line from 1."""

    file: str
    line: int


class ReportedFinding(Output):
    """One finding; what is not known is empty."""

    rule: Rule
    level: Level
    subject: str
    about: Subject
    name: str
    text: str
    architecture: str
    arguments: list[list[Comparison]]
    """Alternatives, each of which is a list of comparisons that all hold."""
    programs: list[str]
    tests: list[str]
    asked_by: list[str]
    opens: str
    source: str
    wider_than_default: bool
    fix: str
    place: Position | None
    runs: list[str]


class Findings(Output):
    """The whole report."""

    version: Literal[1] = 1
    command: Literal["check", "diff"]
    failed: bool
    """Whether it ends with exit code 6."""
    plan: str
    compared: list[str]
    findings: list[ReportedFinding]


def render(report: Report) -> str:
    """The report as JSON; schemas/findings.json describes it."""
    whole = Findings.of(
        version=1,
        command=report.command,
        failed=report.failed,
        plan=report.plan,
        compared=list(report.compared),
        findings=[_finding(one) for one in report.findings],
    )
    return json_text(whole.document())


def _finding(one: Finding) -> ReportedFinding:
    place = Position.of(file=one.place.file, line=one.place.line) if one.place else None
    return ReportedFinding.of(
        rule=one.rule,
        level=one.level,
        subject=one.container,
        about=one.about,
        name=one.name,
        text=one.text,
        architecture=one.arch.docker if one.arch else "",
        arguments=[[_comparison(check) for check in both] for both in one.conditions],
        programs=list(one.programs),
        tests=list(one.tests),
        asked_by=list(one.asked_by),
        opens=one.opens,
        source=one.source,
        wider_than_default=one.wider,
        fix=one.fix,
        place=place,
        runs=list(one.runs),
    )


def _comparison(check: Condition) -> Comparison:
    return Comparison.of(index=check.index, op=check.operator, value=check.value, valueTwo=check.value_two)
