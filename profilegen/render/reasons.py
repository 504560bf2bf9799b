"""``show --profile``: each line of committed profiles with its reason, for whoever reviews them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from rich.console import Group
from rich.table import Table
from rich.text import Text

from profilegen.formats.reasons_content import Reasons
from profilegen.recording.run_count import RunCount
from profilegen.render.output import Output
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType

    from profilegen.formats.reasons_content import Line

_LONGEST = 300  # characters of a cell


class ShownReasons(Output):
    """The reasons of each subject in a folder of profiles."""

    schema_version: Literal[1] = 1
    subjects: tuple[Reasons, ...]


def document(each: Iterable[Reasons]) -> dict[str, Any]:
    """JSON-ready."""
    return ShownReasons.of(subjects=tuple(each)).document()


def show(reasons: Reasons, *, risk: bool) -> RenderableType:
    """A table of all lines; with ``risk`` only of those that open something or are wider."""
    runs = RunCount(reasons.runs, is_exact=reasons.runs_are_exact).words
    images = ", ".join(one.name or one.id for one in reasons.images) or "no image"
    title = printable(f"{reasons.subject}: {runs} of {images}, profilegen {reasons.profilegen}", _LONGEST)
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 2))
    for word in ("what", "answer", "why", "opens"):
        table.add_column(Text(word), overflow="fold")
    for line in _lines(reasons):
        if not risk or line.opens or line.wider:
            table.add_row(*(Text(printable(cell, _LONGEST)) for cell in _cells(line)))
    return Group(Text(title, style="bold"), table)


def _lines(reasons: Reasons) -> Iterator[Line]:
    yield from reasons.capabilities
    for profile in reasons.profiles:
        arch = f" ({profile.arch.docker})" if len(reasons.profiles) > 1 else ""
        for call in profile.calls:
            yield call.model_copy(update={"name": call.name + arch})
    yield from reasons.networks
    yield from reasons.paths


def _cells(line: Line) -> tuple[str, str, str, str]:
    what = f"{line.name} if {line.arguments}" if line.arguments else line.name
    why = "; ".join([*(reason.text for reason in line.reasons), *_while(line)])
    wider = ["wider than the default"] if line.wider else []
    return what, line.answer, why, "; ".join([*line.opens, *wider])


def _while(line: Line) -> Iterator[str]:
    if line.tests:
        more = f" and {line.more_tests} more" if line.more_tests else ""
        yield f"while {', '.join(line.tests)}{more} ran"
