"""Step: what the OCI runtime itself calls under the filter (``runtime_baseline.csv``).

Without these no container starts, no ``docker exec`` and no health check works, whether or not one
was used while recording.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from profilegen.arch import Abi
from profilegen.equivalents import equivalents
from profilegen.policy.model import Severity, Why
from profilegen.recording import SeccompMode
from profilegen.tables import read_rows
from profilegen.text import printable

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft
    from profilegen.recording import Container

_COLUMNS = ("runtime", "version", "no_new_privileges", "command", "class", "name")
_ANY = "any"


class Call(NamedTuple):
    """One call of one runtime after its filter is active; ``any`` matches everything."""

    runtime: str
    version: str
    """``1.1.5``, or ``1.2.3-1.3.2`` for first and last."""
    no_new_privileges: str
    command: str
    kind: str
    name: str


@cache
def calls() -> tuple[Call, ...]:
    """The lines of the data file."""
    return tuple(Call(*row.values()) for row in read_rows("runtime_baseline.csv", _COLUMNS))


def runtime_baseline(draft: Draft) -> Draft:
    """The union of what the runtimes of all containers call; no container, no runtime."""
    for container in draft.recording.containers:
        rows = _of(container)
        reasons = (
            (name, _reason(row)) for row in rows for name in equivalents(row.name, Abi.X86_64, draft.arch)
        )
        draft = draft.allow(Why.RUNTIME, reasons)
        if container.seccomp is SeccompMode.UNCONFINED:
            draft = draft.note(
                Severity.NOTE,
                f"a container ran without a seccomp filter ({printable(container.name, 64)}): the calls "
                "of every known runtime are added",
            )
        elif not _known(container):
            named = f"the runtime {printable(container.runtime, 64)!r}" if container.runtime else "no runtime"
            draft = draft.note(
                Severity.NOTE,
                f"the recording names {named}: the calls of every known runtime are added",
            )
    return draft


def _known(container: Container) -> bool:
    return container.runtime in {row.runtime for row in calls()}


def _of(container: Container) -> tuple[Call, ...]:
    """The rows of the container's runtime and version.

    Of a version that was not measured, those of all versions; of an unknown runtime, or without a
    filter, those of all runtimes.
    """
    if container.seccomp is SeccompMode.UNCONFINED or not _known(container):
        return calls()
    privileges = (_ANY, "yes" if container.no_new_privileges else "no")
    rows = [
        row for row in calls() if row.runtime == container.runtime and row.no_new_privileges in privileges
    ]
    version = _version(container.runtime_version)
    if any(row.version != _ANY and _within(version, row.version) for row in rows):
        rows = [row for row in rows if row.version == _ANY or _within(version, row.version)]
    return tuple(rows)


def _version(text: str) -> tuple[int, ...]:
    """The leading numbers: ``1.1.5+ds1`` is (1, 1, 5)."""
    found = re.match(r"v?(\d{1,9}(?:\.\d{1,9})*)", text, re.ASCII)
    return tuple(int(number) for number in found[1].split(".")) if found else ()


def _within(version: tuple[int, ...], span: str) -> bool:
    first, _, last = span.partition("-")
    return _version(first) <= version <= _version(last or first)


def _reason(row: Call) -> str:
    version = "" if row.version == _ANY else f" {row.version}"
    command = "start and exec" if row.command == _ANY else row.command.replace("run", "start")
    sometimes = ", now and then" if row.kind == "noise" else ""
    return f"{row.runtime}{version} calls it for {command}{sometimes}"
