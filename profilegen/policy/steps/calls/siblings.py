"""Step: what the same program calls instead with another libc (``siblings.csv``).

glibc 2.31 and later, musl and Go call different names for one and the same, and so does the next version
of each. A sibling opens nothing that the calls beside it do not open; what no closure adds is in
``never.csv``. It comes after timing, and before the runtime's own calls: a runtime brings its own libc.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.closure import closed
from profilegen.policy.model import Why

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft

SIBLINGS = "siblings.csv"


def sibling_closure(draft: Draft) -> Draft:
    """Add the siblings of the program's calls, unless only the exact ones are wanted."""
    return closed(draft, Why.SIBLING, SIBLINGS) if draft.options.portable else draft
