"""Step: what the init calls that an engine puts before the program.

``docker run --init`` starts docker-init, which is tini, Podman catatonit: under the container's filter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.abi import Abi
from profilegen.policy.model import Why
from profilegen.recording.unseen import has_init
from profilegen.tables.engines.init_baseline import init_calls
from profilegen.tables.equivalents import equivalents

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft


def init_baseline(draft: Draft) -> Draft:
    """Add its calls where the user wants them, or where it was recorded: no run shows all that it calls."""
    if not (draft.options.init or has_init(draft.recording)):
        return draft
    return draft.allow(
        Why.INIT,
        (
            (name, f"{call.init} calls it before the program or beside it")
            for call in init_calls()
            for name in equivalents(call.name, Abi.X86_64, draft.arch)  # the data is of x86_64
        ),
    )
