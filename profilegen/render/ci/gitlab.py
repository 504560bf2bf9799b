"""GitLab's Code Quality report.

Source: docs.gitlab.com, "Code Quality report format".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profilegen.render.ci.fingerprint import fingerprint
from profilegen.review.findings import Level
from profilegen.text import json_text, printable

if TYPE_CHECKING:
    from profilegen.review.findings import Finding, Report

_SEVERITIES = {Level.ERROR: "major", Level.WARNING: "minor", Level.NOTE: "info"}
_NOWHERE = "profilegen.toml"
"""GitLab shows no finding without a file."""


def render(report: Report) -> str:
    """The report as a JSON array."""
    return json_text([_issue(finding) for finding in report.findings])


def _issue(finding: Finding) -> dict[str, Any]:
    place = finding.place
    severity = "critical" if finding.level is Level.ERROR and finding.wider else _SEVERITIES[finding.level]
    return {
        "description": printable(finding.headline, 1000),
        "check_name": f"profilegen/{finding.rule}",
        "fingerprint": fingerprint(finding),
        "severity": severity,
        "location": {
            "path": printable(place.file) if place else _NOWHERE,
            "lines": {"begin": place.line if place else 1},
        },
    }
