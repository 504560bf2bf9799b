"""What is added unseen, because of what was seen: rules of a data file."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from profilegen.tables.rows import read_rows

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft
    from profilegen.policy.model import Why


class Implied(NamedTuple):
    """A call that belongs into a profile as soon as every call of ``seen`` is in it."""

    name: str
    abi: str
    """An ABI that must be listed, or ``any``."""
    seen: frozenset[str]
    group: str
    evidence: str


@cache
def implied(file: str) -> tuple[Implied, ...]:
    """The lines of a data file such as ``timing.csv``."""
    rows = read_rows(file, ("name", "abi", "seen", "group", "evidence"))
    return tuple(Implied(**{**row, "seen": frozenset(row["seen"].split())}) for row in rows)  # type: ignore[arg-type]


@cache
def never() -> frozenset[str]:
    """What no rule may add, each decided by itself (``never.csv``)."""
    return frozenset(row["name"] for row in read_rows("never.csv", ("name", "reason")))


def closed(draft: Draft, why: Why, file: str) -> Draft:
    """Add what is implied until nothing is missing; names that no listed ABI has are left out."""
    possible = [
        one
        for one in implied(file)
        if one.name in draft.names and (one.abi == "any" or one.abi in draft.abis)
    ]
    while True:
        due = [one for one in possible if one.name not in draft.allowed and one.seen <= draft.allowed.keys()]
        if not due:
            return draft
        draft = draft.allow(why, ((one.name, _reason(one)) for one in due))


def _reason(one: Implied) -> str:
    if not one.seen:
        return f"always: {one.evidence}"
    return f"beside {' '.join(sorted(one.seen))}: {one.evidence}"
