"""Every report is read back by a reader of its format, and holds hostile names as data alone."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from profilegen.errors import UsageError
from profilegen.render.reports import NAMES, render_report
from profilegen.review.findings import Level, Report
from tests.support.findings import reports

SCHEMAS = Path(__file__).parents[3] / "profilegen" / "schemas"
COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::([^\r\n]*)")
CODE_QUALITY: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": "^profilegen/[a-z-]+$"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"minimum": 1}},
                    },
                },
            },
        },
    },
}
"""GitLab publishes none; written from its documentation."""


@given(reports)
def test_json_is_as_its_schema_says_and_has_every_finding(report: Report) -> None:
    whole = json.loads(render_report(report, "json"))
    Draft202012Validator(json.loads((SCHEMAS / "findings.json").read_text())).validate(whole)
    assert [one["name"] for one in whole["findings"]] == [one.name for one in report.findings]
    assert whole["failed"] is report.failed


@given(reports)
def test_text_is_one_line_a_fact_and_obeys_nobody(report: Report) -> None:
    text = render_report(report, "text")
    assert all(char.isprintable() or char == "\n" for char in text)
    assert text.endswith(f"{report.command}: {report.plan}\n")
    shown = [line for line in text.splitlines() if line.startswith("  error: ")]
    assert len(shown) == sum(one.level is Level.ERROR for one in report.findings)


@given(reports)
def test_github_has_a_command_a_line_and_at_most_ten_of_each_kind(report: Report) -> None:
    kinds: list[str] = []
    for line in render_report(report, "github").splitlines():
        found = COMMAND.fullmatch(line)
        assert found is not None, line
        for part in found[2].split(","):
            assert re.fullmatch(r"(file|line|title)=[^,:\r\n]*", part), line
        kinds.append(found[1])
    assert all(kinds.count(kind) <= 10 for kind in ("error", "warning", "notice"))
    assert ("error" in kinds) is report.failed


@given(reports)
def test_gitlab_takes_the_code_quality(report: Report) -> None:
    issues = json.loads(render_report(report, "gitlab"))
    Draft202012Validator(CODE_QUALITY).validate(issues)
    assert len(issues) == len(report.findings)


@given(reports)
def test_a_fingerprint_is_of_the_fact_and_not_of_its_sentence(report: Report) -> None:
    runs = json.loads(render_report(report, "sarif"))["runs"]
    assert all(rule.get("name", "").lower() != rule["id"] for rule in runs[0]["tool"]["driver"]["rules"])
    prints = [one["partialFingerprints"]["profilegen/v1"] for one in runs[0]["results"]]
    assert len(set(prints)) == len({one.key for one in report.findings})
    for one in runs[0]["results"]:
        assert runs[0]["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"]
        for location in one["locations"]:
            if "physicalLocation" in location:
                uri = location["physicalLocation"]["artifactLocation"]["uri"]
                assert re.fullmatch(r"(file://)?[A-Za-z0-9/._~%-]+", uri)


@given(reports)
def test_junit_is_well_formed_and_counts_its_failures(report: Report) -> None:
    root = ET.fromstring(render_report(report, "junit"))  # noqa: S314 - our own
    failures = root.findall("testsuite/testcase/failure")
    assert len(failures) == sum(one.level is Level.ERROR for one in report.findings)
    assert len(root) >= 1
    for suite in root:
        assert int(suite.get("tests", 0)) == len(suite.findall("testcase")) >= 1
        assert int(suite.get("failures", 0)) == len(suite.findall("testcase/failure"))


@given(reports)
def test_markdown_has_what_a_container_chose_in_code_spans_alone(report: Report) -> None:
    text = render_report(report, "markdown")
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    assert {one.type for one in inline} <= {"text", "code_inline", "softbreak"}
    html = "".join(token.content for token in tokens if token.type == "html_block")
    assert re.fullmatch(r"(<details>\n<summary>\d+ warnings?</summary>\n)?(</details>\n?)?", html)
    rows = [line for line in text.splitlines() if line.startswith(("| `", "|  |"))]
    cells = [token for token in tokens if token.type == "td_open"]
    assert len(cells) == 4 * len(rows)


def test_an_unknown_format_is_an_error_that_lists_all() -> None:
    with pytest.raises(UsageError, match="text, json, github, gitlab, sarif, junit, markdown"):
        render_report(Report("check", ()), "xml")


@pytest.mark.parametrize("name", NAMES)
def test_a_clean_report_says_so_and_is_no_failure(name: str) -> None:
    text = render_report(Report("check", (), ("web: 1 run, amd64",)), name)
    assert "error" not in text.replace('errors="0"', "")
    assert name == "github" or text
