"""The numbers and names that recorder.bpf.c and Python both know; a test compares them with the C file."""

from __future__ import annotations

from enum import IntFlag

NUMBERS = 512
"""Calls of the native ABI have the indexes below, those of the compat ABI the next as many."""

RING_CALL = NUMBERS - 2
"""Index of a capability check that a worker of an io_uring made: no call is under way."""

SLOTS = 4096
CAP_NUMBERS = 64
UNAUDITED_FUNCTIONS = 10
ERRNO_SIGSYS = 0x10000
REFUSED_ANYTHING = 0x20000


class Trait(IntFlag):
    """``enum trait``: calls that are looked at every time."""

    ARGUMENTS = 1
    OPENS = 2
    MAPS = 4
    SETPCAP = 8
    CAPSET = 16
    AWAITED = 32
    """Its exit is waited for, because filters let some of its calls through and not others."""
    SUPERVISES = 64
    """By it a supervisor deals with what a filter has notified it of."""
    TRACES = 128
    """By it a tracer deals with its tracees."""
    BINDS = 256
    SOCKETCALL = 512
    """Beside BINDS: one of several calls, its own arguments in memory."""
    REGISTERS = 1024
    """io_uring_register."""
    CAPGET = 2048


class CheckFlags(IntFlag):
    """``enum check_flags`` beside those of :class:`profilegen.vocabulary.CapabilityUse`.

    OWN_NAMESPACE is the container's, TASK_NAMESPACE the asking task's; ROOT is told of unaudited checks
    alone.
    """

    GRANTED = 1
    OWN_CREDENTIALS = 2
    APP = 4
    OWN_NAMESPACE = 8
    TASK_NAMESPACE = 16
    UNAUDITED = 32
    COPIED_CREDENTIALS = 64
    ROOT = 128


BEFORE = 24
"""Bit of a check's kind: from it on 1 + the number of the capability that was refused right before."""

OWN_GRANT = CheckFlags(15)
"""``CAP_OWN_GRANT``: to the program, with its own credentials, in the container's user namespace."""


class FileEvent(IntFlag):
    """``enum access`` beside the members of :class:`profilegen.vocabulary.Access`: an execve."""

    EXECUTE = 8
    UNREAD = 16
    """Beside EXECUTE: the file has changed too often to be told, and looked at, each time."""
    OUTSIDE = 32
    """Executed by a process that came from outside with more than the container has."""


class UnknownSeen(IntFlag):
    """``enum unknown_seen``, a set of bits."""

    ENTERED = 1
    ENOSYS = 2


# Task bookkeeping first, so that no call is seen of a task whose fork was missed.
TRACEPOINTS = (
    "sched_process_fork",
    "sched_process_exit",
    "sched_process_exec",
    "cgroup_rmdir",
    "cgroup_mkdir",
    "cap_capable",
    "signal_generate",
    "io_uring_complete",
    "sys_exit",
    "sys_enter",
)
"""Each has a function ``on_NAME``, attached in this order."""

OPTIONAL = "io_uring_complete"
"""A tracepoint that not every kernel has, and none before 5.19 with the completed request (io_uring.h)."""

PREPARATION = "sched_prepare_exec"
"""Attached first where the others are reached through perf, itself as a raw tracepoint."""

PERF_EVENTS = {
    "sched_process_fork": "sched",
    "sched_process_exit": "sched",
    "sched_process_exec": "sched",
    "cap_capable": "capability",
    "signal_generate": "signal",
    "io_uring_complete": "io_uring",
    "sys_exit": "raw_syscalls",
    "sys_enter": "raw_syscalls",
}
"""Those that are reached through perf where they can be preempted (records.h): their systems in tracefs."""

TYPED_TRACEPOINTS = ("sys_enter",)
"""Those whose arguments are typed: on the hottest path a helper call costs as much as all the rest."""

PROBED = "cap_capable"
"""A tracepoint since Linux 6.14; before it is a function with a kprobe."""

UNCOUNTED = ("on_sched_prepare_exec", "on_signal_generate")
"""Programs whose skipped runs are not counted as lost: on_sched_prepare_exec counts a missing name
itself, and on_signal_generate can only miss signals sent from interrupts, which are never a filter's
SIGSYS."""

TAIL = "on_file"
"""What the programs of several tracepoints end in."""
