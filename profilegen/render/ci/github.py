"""Workflow commands of GitHub Actions: ``::error file=...,line=...,title=...::message``.

Source: docs.github.com, "Workflow commands"; escapes as in actions/toolkit, packages/core/src/command.ts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.render.ci.titles import TITLES
from profilegen.review.findings import Level
from profilegen.text import counted, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.review.findings import Finding, Report

_SHOWN = 10
"""Annotations of one kind that GitHub shows of a step."""
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def render(report: Report) -> str:
    """The gravest findings as annotations, and in the last line of each kind how many more there are."""
    return "".join(f"{line}\n" for level in Level for line in _of_level(report, level))


def _of_level(report: Report, level: Level) -> Iterator[str]:
    findings = [finding for finding in report.findings if finding.level is level]
    shown = findings if len(findings) <= _SHOWN else findings[: _SHOWN - 1]
    for finding in shown:
        yield _command(finding)
    if len(findings) > len(shown):
        more = counted(len(findings) - len(shown), "finding")
        yield f"::{_COMMANDS[level]} title=profilegen {report.command}::{more} more; the log has all of them"


def _command(finding: Finding) -> str:
    properties = {"title": f"profilegen: {TITLES[finding.rule]}"}
    if finding.place:
        properties = {"file": finding.place.file, "line": str(finding.place.line), **properties}
    text = finding.headline + (f". To allow it: {finding.fix}" if finding.fix else "")
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.level]} {named}::{_message(text)}"


def _message(text: str) -> str:
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
