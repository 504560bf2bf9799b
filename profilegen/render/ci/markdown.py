"""A comment on a pull request, in GitHub's and GitLab's Markdown.

Whatever a container chose stands in a code span, where nothing is markup, a mention or a link.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profilegen.render.ci.titles import TITLES
from profilegen.review.findings import Level
from profilegen.text import counted, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.review.findings import Finding, Report

_SHOWN = 50
_LONGEST = 300
"""Characters of one cell; a comment has 65,536 at most."""


def render(report: Report) -> str:
    """The plan, a table of what fails, and the rest folded away."""
    lines = [f"### profilegen {report.command} {'fails' if report.failed else 'passes'}", "", report.plan, ""]
    errors = [finding for finding in report.findings if finding.level is Level.ERROR]
    rest = [finding for finding in report.findings if finding.level is not Level.ERROR]
    if errors:
        lines += _table(errors)
    if rest:
        lines += ["", "<details>", f"<summary>{counted(len(rest), 'warning')}</summary>", ""]
        lines += [*_table(rest), "", "</details>"]
    return "".join(f"{line}\n" for line in lines)


def _table(findings: list[Finding]) -> Iterator[str]:
    yield "| subject | what | by | to allow it |"
    yield "|---|---|---|---|"
    for finding in findings[:_SHOWN]:
        what = f"{TITLES[finding.rule]}: {code(finding.text)}"
        programs = " ".join(map(code, finding.programs[:2]))
        yield f"| {code(finding.container)} | {what} | {programs} | {code(finding.fix)} |"
    if len(findings) > _SHOWN:
        yield ""
        yield f"and {len(findings) - _SHOWN} more"


def code(text: str) -> str:
    """A code span for a cell of a table; empty for an empty text."""
    safe = printable(text, _LONGEST)
    if not safe.strip():
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", safe)), default=0))
    pad = " " if safe[0] in "` " or safe[-1] in "` " else ""
    return f"{fence}{pad}{safe}{pad}{fence}".replace("|", r"\|")
