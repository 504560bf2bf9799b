"""A program that the kernel preempts makes it skip others: not through perf, and not while we read maps."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from profilegen.tracer.bpf import preemption
from profilegen.tracer.bpf.btf import VMLINUX, Btf
from profilegen.tracer.host.tracefs import Tracefs
from profilegen.tracer.layout import PERF_EVENTS
from profilegen.tracer.load.program import Program
from profilegen.tracer.observation import SubjectObservation
from tests.support.containers import BASE, PROGRAMS
from tests.support.forty import PROFILES
from tests.support.tracers import attached

pytestmark = pytest.mark.kernel

ENOUGH = 5  # seconds
LONGEST = 60
HAS_THEM_ALL = VMLINUX.exists() and Btf().names("btf_trace_cap_capable")
"""Whether perf has a record of everything: that of capability checks came with Linux 6.14."""


@contextmanager
def crowd() -> Iterator[None]:
    """More programs than processors that do nothing but system calls."""
    loop = "import os\nwhile True: os.getppid()"
    programs = [subprocess.Popen([sys.executable, "-c", loop]) for _ in range(4 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for one in programs:
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


@pytest.mark.cell
def test_a_kernel_that_preempts_them_is_known() -> None:
    """If it fails, preemption.py has the wrong number: calls are missed, or cost more than they need to."""
    preempted = preemption.can_be_preempted()
    with crowd():
        assert bool(missed_at_raw_tracepoints(LONGEST if preempted else ENOUGH)) is preempted


@pytest.mark.cell
@pytest.mark.parametrize("through_perf", [None, True] if HAS_THEM_ALL else [None])
def test_nothing_is_missed_while_maps_are_read(
    through_perf: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preemption, "can_be_preempted", lambda: True)  # the reader's part, on every kernel
    with attached(through_perf=through_perf) as tracer, crowd():
        began = time.monotonic()
        while time.monotonic() - began < ENOUGH:
            assert tracer.observe().lost == {}
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


@pytest.mark.cell
def test_tracefs_that_is_not_mounted_tells_the_same() -> None:
    with Tracefs() as mounted, Tracefs(()) as own:
        events = {
            name: system for name, system in PERF_EVENTS.items() if name != "cap_capable" or HAS_THEM_ALL
        }
        assert own.numbers(events) == mounted.numbers(events)
        for name, system in events.items():
            assert own.fields(system, name) == mounted.fields(system, name)


SCRIPT = """
    printf '#!/bin/sh\\nchown 1 /tmp/made\\ncat /etc/hostname\\nunshare true\\n' >/tmp/script
    chmod 755 /tmp/script
    touch /tmp/made
    /tmp/script || exec ls /
"""
KILLING = PROFILES / "kill-process.json"
RUNS = (
    (BASE, "sh", "-c", SCRIPT),
    (PROGRAMS, "/arguments"),
    (PROGRAMS, "/arguments32"),
    (PROGRAMS, "/threadexec40"),
    (PROGRAMS, "/forbidden"),
    (f"--security-opt=seccomp={KILLING}", PROGRAMS, "/killed40"),
)


@pytest.mark.engine
@pytest.mark.skipif(
    not HAS_THEM_ALL or preemption.can_be_preempted(), reason="one of both ways is not whole on this kernel"
)
def test_what_is_seen_through_perf_is_what_is_seen_at_raw_tracepoints() -> None:
    with attached(through_perf=False) as first, attached(through_perf=True) as second:
        for run in RUNS:
            subprocess.run(["docker", "run", "--rm", *run], capture_output=True, check=False)
        raw, perf = (
            [comparable(seen) for seen in tracer.take_ended().subjects] for tracer in (first, second)
        )
        assert first.observe().lost == second.observe().lost == {}
    assert len(raw) == len(RUNS)
    assert "/usr/bin/dash /tmp/script" in {program.name for program in raw[0].programs}
    assert [refusal.errno for refusal in raw[-1].refused] == [None]
    for one, other in zip(raw, perf, strict=True):
        assert one == other


def comparable(seen: SubjectObservation) -> SubjectObservation:
    """Without what differs by where in its list a tracepoint has a program: time, and depth of the stack."""
    checks = [replace(check, askers=check.askers[:1]) for check in seen.capabilities]
    return replace(
        seen,
        born=0,
        capabilities=tuple(sorted(checks, key=repr)),
        arguments=tuple(sorted(seen.arguments, key=repr)),
        refused=tuple(sorted(seen.refused, key=repr)),
    )
