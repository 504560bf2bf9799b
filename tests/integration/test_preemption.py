"""A program that the kernel preempts makes it skip others: not through perf, and not while we read maps."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from profilegen.tracer.bpf import preemption
from profilegen.tracer.bpf.btf import VMLINUX, Btf
from profilegen.tracer.layout import PERF_EVENTS
from profilegen.tracer.program import Program
from profilegen.tracer.tracefs import Tracefs
from profilegen.tracer.tracer import KernelTracer

pytestmark = [pytest.mark.kernel, pytest.mark.cell]

ENOUGH = 5  # seconds
LONGEST = 60
HAS_THEM_ALL = VMLINUX.exists() and Btf().names("btf_trace_cap_capable")
"""Whether perf has a record of everything: that of capability checks came with Linux 6.14."""


@contextmanager
def crowd() -> Iterator[None]:
    """More programs than processors that do nothing but system calls."""
    loop = "import os\nwhile True: os.getppid()"
    crowd = [subprocess.Popen([sys.executable, "-c", loop]) for _ in range(4 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for one in crowd:
            one.kill()
            one.wait()


def missed_at_raw_tracepoints(seconds: float) -> int:
    """By our programs there; as soon as it was one, which may be late where the machine is fast."""
    program = Program(through_perf=False)
    program.attach()
    began = time.monotonic()
    while time.monotonic() - began < seconds and not program.missed():
        time.sleep(0.1)
    found = program.missed()
    program.close()
    return found


def test_a_kernel_that_preempts_them_is_known() -> None:
    """If it fails, preemption.py has the wrong number: calls are missed, or cost more than they need to."""
    preempted = preemption.can_be_preempted()
    with crowd():
        assert bool(missed_at_raw_tracepoints(LONGEST if preempted else ENOUGH)) is preempted


@pytest.mark.parametrize("through_perf", [None, True] if HAS_THEM_ALL else [None])
def test_nothing_is_missed_while_maps_are_read(
    through_perf: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preemption, "can_be_preempted", lambda: True)  # the reader's part, on every kernel
    tracer = KernelTracer(through_perf=through_perf)
    tracer.attach()
    began = time.monotonic()
    with crowd():
        while time.monotonic() - began < ENOUGH:
            assert tracer.observe().lost == {}
    tracer.close()
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_tracefs_that_is_not_mounted_tells_the_same() -> None:
    with Tracefs() as mounted, Tracefs(()) as own:
        for name, system in PERF_EVENTS.items():
            if name != "cap_capable" or HAS_THEM_ALL:
                assert own.number(system, name) == mounted.number(system, name)
                assert own.fields(system, name) == mounted.fields(system, name)
