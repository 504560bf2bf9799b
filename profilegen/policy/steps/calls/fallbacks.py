"""Step: newer calls that a libc can do without get an explicit ENOSYS.

The default of the profile does not do: Docker 20.10 ignores ``defaultErrnoRet`` and answers EPERM,
on which glibc gives up instead of falling back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.model import Reason, Why
from profilegen.tables.errnos import numbers
from profilegen.tables.fallbacks import fallbacks

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft


def answered_enosys(draft: Draft) -> Draft:
    """Answer ENOSYS to every such call of the listed ABIs that is not allowed."""
    answered = dict(draft.answered)
    for name, evidence in fallbacks().items():
        if name in draft.names and name not in draft.allowed:
            answered[name] = (numbers(draft.arch)["ENOSYS"], (Reason(why=Why.FALLBACK, text=evidence),))
    return replace(draft, answered=answered)
