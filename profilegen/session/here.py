"""Record the containers of this machine: its kernel, its engines."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from profilegen.session.record_containers import record_session
from profilegen.tracer.tracer import KernelTracer

if TYPE_CHECKING:
    from pathlib import Path

    from profilegen.session.options import RecordOptions
    from profilegen.session.outcome import Outcome
    from profilegen.session.record_containers import OpenView, Say


def record_here(
    options: RecordOptions, cgroup2: Path, say: Say, open_view: OpenView | None = None
) -> Outcome:
    """Open both doors at once and record; see :func:`.record_containers.record_session`.

    Args:
        options: what was asked for.
        cgroup2: where the unified hierarchy is mounted.
        say: takes lines for the user.
        open_view: a view for the time of the recording.
    """
    with ThreadPoolExecutor(1) as pool:
        tracer = pool.submit(KernelTracer)  # the verifier works while the engine's library is imported
        from profilegen.containers.all_engines import open_engines  # noqa: PLC0415 - not before that

        engines = open_engines(options.selection, cgroup2, options.invoker, say)
        return record_session(options, engines, tracer.result, os.uname().release, say, open_view)
