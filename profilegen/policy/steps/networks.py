"""Step: the address families and socket types that AppArmor has to allow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.model import NetworkRule, Reason, Severity, Why
from profilegen.policy.recorded_arguments import known

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft

ANY_TYPE = 0
_AF_UNIX, _AF_INET, _AF_INET6 = 1, 2, 10


def address_families(draft: Draft) -> Draft:
    """The pairs that ``socket`` was called with, and what calls without a recorded family need."""
    seen: dict[tuple[int, int], str] = {}
    for item in draft.seen.arguments:
        values = dict(item.values)
        if item.name in ("socket", "socketpair") and 0 in values:
            seen.setdefault((values[0], values.get(1, ANY_TYPE)), f"opened by {item.name}")
    names = {call.name for call in draft.seen.syscalls}
    if "socketpair" in names and not known(draft.seen, "socketpair").complete:
        seen.setdefault((_AF_UNIX, ANY_TYPE), "opened by socketpair")
    hidden = {"socketcall keeps its arguments in memory": "socketcall" in names}
    hidden["socket was called with anything"] = known(draft.seen, "socket").anything
    for text, applies in hidden.items():
        if applies:
            for family in (_AF_UNIX, _AF_INET, _AF_INET6):
                seen.setdefault((family, ANY_TYPE), text)
            draft = draft.note(Severity.NOTE, f"{text}: AppArmor allows unix, inet and inet6")
    rules = tuple(
        NetworkRule(family=family, type=kind, reasons=(Reason(why=Why.OBSERVED, text=text),))
        for (family, kind), text in sorted(seen.items())
    )
    return replace(draft, networks=rules)
