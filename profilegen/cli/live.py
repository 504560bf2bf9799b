"""The live view of a recording: a table on standard error that is gone at the end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from profilegen.session.live_rows import Row

_LONGEST_NAME = 40
_NAMES = 6
_OTHER_LINES = 4  # title, head, "and more", the shell's prompt


class LiveView:
    """Shows rows on the terminal, below the lines that are said meanwhile."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._live = Live(
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    @contextmanager
    def opened(self) -> Iterator[LiveView]:
        """The view is there; the cursor comes back whatever happens."""
        with self._live:
            yield self

    def show(self, rows: Sequence[Row], containers: int, lost: int) -> None:
        """See :class:`profilegen.session.live_rows.View`."""
        self._live.update(picture(rows, containers, lost, self._console.height), refresh=True)

    def say(self, text: str) -> None:
        """A line that stays."""
        self._console.print(Text(text), soft_wrap=True)


def picture(rows: Sequence[Row], containers: int, lost: int, height: int) -> RenderableType:
    """The table in at most ``height`` lines, the newest containers of too many; nothing in it is obeyed."""
    running = sum(row.running for row in rows)
    title = f"recording, Ctrl-C ends it: containers: {containers}, running: {running}, lost: {lost}"
    room = max(1, height - _OTHER_LINES)
    names = [printable(row.name, _LONGEST_NAME) for row in rows[-room:]]
    # Fixed widths for what has to be read whole; the others share what a narrow terminal leaves.
    table = Table(box=None, pad_edge=False, header_style="dim", expand=True)
    table.add_column("container", no_wrap=True, width=max(map(cell_len, ["container", *names])))
    table.add_column("calls", justify="right", no_wrap=True, width=5)
    table.add_column("new lately", no_wrap=True, overflow="ellipsis", ratio=3)
    table.add_column("capabilities", no_wrap=True, overflow="ellipsis", ratio=2)
    for name, row in zip(names, rows[-room:], strict=True):
        table.add_row(
            Text(name, style="" if row.running else "dim"),
            Text(str(row.calls)),
            Text(_named(row.recent)),
            Text(" ".join(row.granted)),
        )
    more = [Text(f"and {containers - room} before them", style="dim")] if containers > room else []
    return Group(
        Text(title, style="bold red" if lost else "bold", no_wrap=True, overflow="ellipsis"), table, *more
    )


def _named(names: Sequence[str]) -> str:
    if not names:
        return ""
    dots = " …" if len(names) > _NAMES else ""
    return f"{len(names)}: {' '.join(names[:_NAMES])}{dots}"
