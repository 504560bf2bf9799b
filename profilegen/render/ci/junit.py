"""JUnit's XML, as pytest's junit-10.xsd has it: a suite a subject, a case a finding."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from profilegen.review.findings import Level
from profilegen.text import printable

if TYPE_CHECKING:
    from profilegen.review.findings import Finding, Report

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0, section 2.2, Char: no escape makes these legal."""


def render(report: Report) -> str:
    """The report; a subject without an error has one case that passes."""
    root = ET.Element("testsuites")
    subjects = [line.partition(":")[0] for line in report.compared]
    names = list(dict.fromkeys([*subjects, *(finding.container for finding in report.findings)]))
    for name in names or [report.command]:
        _suite(root, report.command, name, [one for one in report.findings if one.container == name])
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(root: ET.Element, command: str, subject: str, findings: list[Finding]) -> None:
    errors = [finding for finding in findings if finding.level is Level.ERROR]
    suite = ET.SubElement(root, "testsuite", name=_legal(f"profilegen {command} {subject}".rstrip()))
    suite.attrib.update(errors="0", skipped="0", time="0", failures=str(len(errors)))
    suite.set("tests", str(len(errors) or 1))
    classname = _legal(f"profilegen.{command}.{subject or 'profile'}")
    if not errors:
        case = ET.SubElement(suite, "testcase", classname=classname, name=command, time="0")
        rest = "\n".join(_legal(f"{finding.level}: {finding.text}") for finding in findings)
        if rest:
            ET.SubElement(case, "system-out").text = rest
    for finding in errors:
        name = _legal(f"{finding.rule} {finding.name}")
        case = ET.SubElement(suite, "testcase", classname=classname, name=name, time="0")
        failure = ET.SubElement(case, "failure", message=_legal(finding.text))
        failure.text = _legal(finding.fix)


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", printable(text, 1000))
