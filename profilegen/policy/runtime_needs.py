"""The calls that OCI runtimes make under the filter, and which of them they start with."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from profilegen.abi import Abi
from profilegen.tables.engines.runtime_baseline import ANY, calls, runtimes, within
from profilegen.tables.equivalents import equivalents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.policy.draft import Draft
    from profilegen.tables.engines.runtime_baseline import BaselineCall

_DISPENSABLE = ("tolerated", "noise")


def starts_with(draft: Draft) -> frozenset[str]:
    """What the runtimes call, without what a measurement has shown that they start without."""
    rows = list(baseline_rows(draft))
    without = {row.name for row in rows if row.kind in _DISPENSABLE}
    needed = (row for row in rows if row.kind == "fatal" or row.name not in without)
    return frozenset(name for row in needed for name in names_here(row, draft))


def baseline_rows(draft: Draft) -> Iterator[BaselineCall]:
    """The baseline of the wanted runtimes, else of each container's; of an unknown runtime those of all."""
    wanted = draft.options.runtimes
    if wanted and not draft.recording.containers:
        yield from _of(wanted, ("no", "yes"))
    for container in draft.recording.containers:
        privileges = ("yes" if container.no_new_privileges else "no",)
        if wanted:
            yield from _of(wanted, privileges)
        elif container.runtime in runtimes():
            yield from _of((container.runtime,), privileges, container.runtime_version)
        else:
            yield from calls()


def names_here(row: BaselineCall, draft: Draft) -> tuple[str, ...]:
    """The baseline is of x86_64: elsewhere a runtime calls what stands for it there."""
    return tuple(equivalents(row.name, Abi.X86_64, draft.arch))


@cache
def _of(names: tuple[str, ...], privileges: tuple[str, ...], version: str = "") -> tuple[BaselineCall, ...]:
    """The rows of runtimes; of a version that is unknown or was not measured, those of all versions."""
    rows = tuple(
        row for row in calls() if row.runtime in names and row.no_new_privileges in (ANY, *privileges)
    )
    if not any(row.version != ANY and within(version, row.version) for row in rows):
        return rows
    return tuple(row for row in rows if row.version == ANY or within(version, row.version))
