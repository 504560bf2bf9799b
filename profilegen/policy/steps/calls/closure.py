"""Steps: what is added unseen, because of what was seen.

What another run of the same program may call is decided by timing. Its siblings are what the same program
calls with another libc: glibc 2.31 and later, musl and Go call different names for one and the same, and so
does the next version of each. A sibling opens nothing that the calls beside it do not open. Siblings come
after timing, and before the runtime's own calls: a runtime brings its own libc.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.model import Why
from profilegen.tables.implied import siblings, timing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.policy.draft import Draft
    from profilegen.tables.implied import Implied


def timing_closure(draft: Draft) -> Draft:
    """Add the calls that come and go from run to run."""
    return _closed(draft, Why.TIMING, timing())


def sibling_closure(draft: Draft) -> Draft:
    """Add the siblings of the program's calls, unless only the exact ones are wanted."""
    return _closed(draft, Why.SIBLING, siblings()) if draft.options.portable else draft


def _closed(draft: Draft, why: Why, rules: Iterable[Implied]) -> Draft:
    """Add what is implied until nothing is missing; names that no listed ABI has are left out."""
    possible = [
        rule for rule in rules if rule.name in draft.names and (rule.abi == "any" or rule.abi in draft.abis)
    ]
    while True:
        due = [
            rule for rule in possible if rule.name not in draft.allowed and rule.seen <= draft.allowed.keys()
        ]
        if not due:
            return draft
        draft = draft.allow(why, ((rule.name, _reason(rule)) for rule in due))


def _reason(rule: Implied) -> str:
    if not rule.seen:
        return f"always: {rule.evidence}"
    return f"beside {' '.join(sorted(rule.seen))}: {rule.evidence}"
