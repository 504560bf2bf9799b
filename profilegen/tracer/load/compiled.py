"""The compiled programs that were kept for this kernel and this source."""

from __future__ import annotations

from contextlib import suppress

from profilegen.files import cache
from profilegen.tracer.bpf.objectcode import ObjectCode
from profilegen.tracer.bpf.preemption import can_be_preempted


def kept_code(*, through_perf: bool | None = None) -> ObjectCode | None:
    """The object code if it was kept and can be read.

    Args:
        through_perf: see :func:`keep_code`; None: as this kernel needs it.
    """
    text = cache.load(cache.folder(), _name(can_be_preempted() if through_perf is None else through_perf))
    if text is not None:
        with suppress(Exception):  # whatever is wrong with it, it can be made anew
            return ObjectCode.from_json(text)
    return None


def keep_code(code: ObjectCode, *, through_perf: bool) -> None:
    """Keep it for the next start.

    Args:
        code: of the running kernel.
        through_perf: its programs take perf's records of their tracepoints.
    """
    cache.store(cache.folder(), _name(through_perf), code.to_json())


def _name(through_perf: bool) -> str:
    return f"{cache.source_key()}.{'recorder-perf' if through_perf else 'recorder'}.json"
