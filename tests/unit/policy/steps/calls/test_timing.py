"""Calls that timing decides come with those that bring them."""

from __future__ import annotations

import pytest

from profilegen.abi import Abi
from profilegen.recording import (
    Host,
    Phase,
    Syscall,
)
from tests.support.recordings import (
    RUNC,
    allowed,
    call,
    policy_of,
    recording,
)

TRACER = ("kill", "ptrace", "wait4")


def test_calls_that_timing_decides_are_always_in() -> None:
    assert allowed(policy_of(recording())) >= {
        *("restart_syscall", "exit", "exit_group", "rt_sigreturn"),
        *("time", "gettimeofday", "getcpu", "clock_gettime"),
    }
    assert "sigreturn" not in allowed(policy_of(recording()))


def test_timing_is_closed_over_what_it_adds() -> None:
    """A clone brings futex, and that brings sched_yield; a start of crun does not."""
    crun = RUNC.model_copy(update={"runtime": "crun", "runtime_version": "1.8.1"})
    assert "sched_yield" not in allowed(policy_of(recording(container=crun)))
    assert {"futex", "sched_yield"} <= allowed(policy_of(recording("clone", container=crun)))


def test_timing_is_not_closed_over_what_the_runtime_called() -> None:
    """Without a filter it is not seen: the profile must not depend on that."""
    of_runtime = Syscall(abi=Abi.X86_64, name="fcntl", phases=(Phase.RUNTIME,))
    of_program = call("fcntl")
    assert "poll" not in allowed(policy_of(recording(syscalls=(call("connect"), of_runtime))))
    assert "poll" in allowed(policy_of(recording(syscalls=(call("connect"), of_program))))


def test_sigreturn_is_in_when_32_bit_calls_were_seen() -> None:
    policy = policy_of(recording(syscalls=(call("write", Abi.I386),)))
    assert policy.abis == (Abi.X86_64, Abi.I386)
    assert "sigreturn" in allowed(policy)


@pytest.mark.parametrize(("arch", "wait"), [(Abi.X86_64, "pause"), (Abi.ARM64, "ppoll")])
def test_a_tracers_child_may_wait_before_it_is_killed(arch: Abi, wait: str) -> None:
    """strace tries PTRACE_SEIZE on a child that pauses, if it has the time."""
    hosts = (Host(kernel="6.1", arch=arch),)
    syscalls = tuple(Syscall(abi=arch, name=name, phases=(Phase.APP,)) for name in TRACER)
    assert wait in allowed(policy_of(recording(syscalls=syscalls, hosts=hosts)))
    for name in TRACER:
        fewer = tuple(one for one in syscalls if one.name != name)
        assert wait not in allowed(policy_of(recording(syscalls=fewer, hosts=hosts)))
