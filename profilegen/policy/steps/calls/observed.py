"""Step: what the container's filter let through is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.model import Why
from profilegen.recording import Phase

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft
    from profilegen.recording import Syscall


def observed_calls(draft: Draft) -> Draft:
    """Every recorded call of the programs, with the one that was first."""
    return draft.allow(
        Why.OBSERVED,
        ((call.name, _reason(call)) for call in draft.recording.syscalls if Phase.APP in call.phases),
    )


def _reason(call: Syscall) -> str:
    who = call.programs[0] if call.programs else "a program"
    compat = f", as a call of {call.abi}" if call.abi is not call.abi.native else ""
    return f"called by {who}{compat}"
