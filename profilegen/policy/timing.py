"""Step: what another run of the same program may call, by timing alone (``timing.csv``)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from profilegen.policy.model import Why
from profilegen.recording import Phase
from profilegen.tables import read_rows

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft


class Sibling(NamedTuple):
    """A call that belongs into a profile as soon as every call of ``seen`` is in it."""

    name: str
    abi: str
    """An ABI that must be listed, or ``any``."""
    seen: frozenset[str]
    evidence: str


@cache
def siblings() -> tuple[Sibling, ...]:
    """The lines of the data file."""
    rows = read_rows("timing.csv", ("name", "abi", "seen", "group", "evidence"))
    return tuple(
        Sibling(row["name"], row["abi"], frozenset(row["seen"].split()), row["evidence"]) for row in rows
    )


def timing_closure(draft: Draft) -> Draft:
    """Add siblings until nothing is missing; names that no listed ABI has are left out.

    What only the runtime called before its execve says nothing about the program, and is not even seen where
    no filter is active.
    """
    possible = [
        sibling
        for sibling in siblings()
        if sibling.name in draft.names and (sibling.abi == "any" or sibling.abi in draft.abis)
    ]
    programs = {call.name for call in draft.recording.syscalls if Phase.APP in call.phases}
    runtimes = {call.name for call in draft.recording.syscalls} - programs
    while True:
        seen = {
            name
            for name, reasons in draft.allowed.items()
            if name not in runtimes or Why.TIMING in {reason.why for reason in reasons}
        }
        due = [sibling for sibling in possible if sibling.name not in draft.allowed and sibling.seen <= seen]
        if not due:
            return draft
        draft = draft.allow(Why.TIMING, ((sibling.name, _reason(sibling)) for sibling in due))


def _reason(sibling: Sibling) -> str:
    if not sibling.seen:
        return f"always: {sibling.evidence}"
    return f"beside {' '.join(sorted(sibling.seen))}: {sibling.evidence}"
