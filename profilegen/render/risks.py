"""``show --risk``: the dangerous calls that were made, by whom, and what they open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from profilegen.capabilities import DOCKER_DEFAULT
from profilegen.conditions import in_words
from profilegen.seccomp.matching import allows, satisfies
from profilegen.seccomp.reference import DOCKER
from profilegen.tables.risks import Risk, risks
from profilegen.text import counted, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from profilegen.recording import Recording
    from profilegen.recording.evidence.calls import Syscall

_LONGEST = 200  # characters of a cell


def made(recording: Recording) -> list[dict[str, Any]]:
    """JSON-ready: each dangerous call of an ABI with what it opens and what Docker's default does.

    One that is dangerous with some arguments is there if it was recorded with them.
    """
    return [
        {
            "name": call.name,
            "abi": call.abi.value,
            "arguments": in_words(risk.conditions),
            "programs": list(call.programs),
            "opens": risk.opens,
            "source": risk.source,
            "docker_default": "allows" if _allowed(call, risk) else "refuses",
        }
        for call, risk in _made(recording)
    ]


def show(recording: Recording) -> RenderableType:
    """A table of the dangerous calls; one line if there are none."""
    rows = made(recording)
    number = counted(len(rows), "dangerous call") if rows else "no dangerous calls"
    title = Text(f"{printable(recording.subject)}: {number}", style="bold")
    if not rows:
        return title
    head = ("call", "abi", "first program", "Docker's default", "opens", "source")
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 2))
    for word in head:
        table.add_column(Text(word), overflow="fold")
    for row in rows:
        call = f"{row['name']} with {row['arguments']}" if row["arguments"] else row["name"]
        program = row["programs"][0] if row["programs"] else ""
        cells = (call, row["abi"], program, row["docker_default"], row["opens"], row["source"])
        table.add_row(*(Text(printable(cell, _LONGEST)) for cell in cells))
    return Group(title, table)


def _made(recording: Recording) -> Iterator[tuple[Syscall, Risk]]:
    for call in recording.syscalls:
        items = (item for item in recording.arguments if (item.abi, item.name) == (call.abi, call.name))
        seen = [dict(item.values) for item in items]
        for risk in risks().get(call.name, ()):
            if not risk.conditions or any(satisfies(risk.conditions, values) for values in seen):
                yield call, risk


def _allowed(call: Syscall, risk: Risk) -> bool:
    arch = call.abi.native
    return DOCKER.lists(call.abi, arch) and allows(
        DOCKER.allows_for(call.name, arch, DOCKER_DEFAULT), risk.conditions
    )
