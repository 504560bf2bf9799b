"""Step: newer calls that a libc can do without get an explicit ENOSYS (``fallbacks.csv``).

The default of the profile does not do: Docker 20.10 ignores ``defaultErrnoRet`` and answers EPERM,
on which glibc gives up instead of falling back.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from profilegen.policy.model import Reason, Why
from profilegen.policy.options import ENOSYS
from profilegen.tables.errnos import errno_on
from profilegen.tables.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.policy.draft import Draft


@cache
def fallbacks() -> Mapping[str, str]:
    """Names with the evidence that something falls back."""
    return {row["name"]: row["evidence"] for row in read_rows("fallbacks.csv", ("name", "evidence"))}


def answered_enosys(draft: Draft) -> Draft:
    """Answer ENOSYS to every such call of the listed ABIs that is not allowed."""
    answered = dict(draft.answered)
    for name, evidence in fallbacks().items():
        if name in draft.names and name not in draft.allowed:
            answered[name] = (errno_on(draft.arch, ENOSYS), (Reason(why=Why.FALLBACK, text=evidence),))
    return replace(draft, answered=answered)
