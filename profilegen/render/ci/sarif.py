"""SARIF 2.1.0, for code scanning.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; docs.github.com, "SARIF
support for code scanning": without partialFingerprints each upload would make new alerts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from profilegen import __version__
from profilegen.render.ci.fingerprint import fingerprint
from profilegen.render.ci.titles import TITLES
from profilegen.review.findings import Level, Rule
from profilegen.text import json_text, printable

if TYPE_CHECKING:
    from profilegen.review.findings import Finding, Place, Report

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
"""The root of the repository, as GitHub takes it."""
_RULES = tuple(Rule)


def render(report: Report) -> str:
    """The report as one run."""
    driver = {
        "name": "profilegen",
        "version": __version__,
        "rules": [_rule(rule) for rule in _RULES],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"profilegen/{report.command}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in report.findings],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, Any]:
    """The rule; a name that would repeat the id is left out (SARIF 2.1.0, section 3.49.7)."""
    name = rule.value.title().replace("-", "")
    return {
        "id": str(rule),
        **({"name": name} if name.lower() != rule.value else {}),
        "shortDescription": {"text": TITLES[rule]},
        "fullDescription": {"text": f"{TITLES[rule]}."},
        "help": {"text": "profilegen check --help and docs/check.md explain what to do about it."},
    }


def _result(finding: Finding) -> dict[str, Any]:
    text = printable(finding.headline, 1000)
    fix = f" To allow it: {printable(finding.fix, 500)}" if finding.fix else ""
    result: dict[str, Any] = {
        "ruleId": str(finding.rule),
        "ruleIndex": _RULES.index(finding.rule),
        "level": {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note"}[finding.level],
        "message": {"text": f"{text}.{fix}"},
        "partialFingerprints": {"profilegen/v1": fingerprint(finding)},
        "locations": [_location(finding)],
    }
    return result


def _location(finding: Finding) -> dict[str, Any]:
    logical = {"name": printable(finding.name, 500), "kind": str(finding.about)}
    if finding.container:
        logical["fullyQualifiedName"] = f"{finding.container}::{printable(finding.name, 500)}"
    location: dict[str, Any] = {"logicalLocations": [logical]}
    if finding.place:
        location["physicalLocation"] = {
            "artifactLocation": _artifact(finding.place),
            "region": {"startLine": finding.place.line},
        }
    return location


def _artifact(place: Place) -> dict[str, str]:
    uri = quote(printable(place.file))
    return {"uri": f"file://{uri}"} if place.file.startswith("/") else {"uri": uri, "uriBaseId": _ROOT}
