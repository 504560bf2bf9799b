"""Step: what another run of the same program may call, by timing alone (``timing.csv``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.closure import closed
from profilegen.policy.model import Why

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft

TIMING = "timing.csv"


def timing_closure(draft: Draft) -> Draft:
    """Add the calls that come and go from run to run."""
    return closed(draft, Why.TIMING, TIMING)
