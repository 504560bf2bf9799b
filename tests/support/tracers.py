"""The tracer itself, without a session around it."""

from collections.abc import Iterator
from contextlib import contextmanager

from profilegen.tracer.tracer import KernelTracer


@contextmanager
def attached(*, through_perf: bool | None = None) -> Iterator[KernelTracer]:
    """From attached to the end of the block."""
    tracer = KernelTracer(through_perf=through_perf)
    try:
        tracer.attach()
        yield tracer
    finally:
        tracer.close()
