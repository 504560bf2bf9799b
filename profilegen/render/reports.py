"""Reports of check and diff by the name that ``--format`` takes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from profilegen.errors import UsageError
from profilegen.text import close_matches

if TYPE_CHECKING:
    from profilegen.review.findings import Report

_MODULES = {
    "text": "profilegen.render.findings",
    "json": "profilegen.render.findings_json",
    "github": "profilegen.render.ci.github",
    "gitlab": "profilegen.render.ci.gitlab",
    "sarif": "profilegen.render.ci.sarif",
    "junit": "profilegen.render.ci.junit",
    "markdown": "profilegen.render.ci.markdown",
}
"""Each has ``render(report) -> str``."""

NAMES = tuple(_MODULES)


def checked_name(name: str) -> str:
    """The name of a report.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in _MODULES:
        raise UsageError(f"--format takes {', '.join(NAMES)}, not {name[:40]!r}{close_matches(name, NAMES)}")
    return name


def render_report(report: Report, name: str) -> str:
    """The text of a report.

    Raises:
        UsageError: there is no report of that name.
    """
    text: str = import_module(_MODULES[checked_name(name)]).render(report)
    return text
