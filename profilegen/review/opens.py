"""What calls open to whoever gets hold of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.seccomp.subset import overlap
from profilegen.tables.risks import risks

if TYPE_CHECKING:
    from profilegen.conditions import Alternatives


def opens(name: str, alternatives: Alternatives) -> tuple[str, str]:
    """What a call opens with these arguments, and the source of that; both empty if nothing is known.

    Args:
        name: of the call.
        alternatives: the arguments in question; nothing: whatever they are.
    """
    for risk in risks().get(name, ()):
        if not risk.conditions or any(overlap(one, risk.conditions) for one in alternatives or ((),)):
            return risk.opens, risk.source
    return "", ""
