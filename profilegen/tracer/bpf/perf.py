"""Kprobes and perf's tracepoints by perf_event_open(2): they go with the descriptor, and with the process."""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct
from pathlib import Path

from profilegen.tracer.bpf.syscall import system_call

_TRACEPOINT = 2  # PERF_TYPE_TRACEPOINT
_PMU = Path("/sys/bus/event_source/devices/kprobe")
_ATTRIBUTES = struct.Struct("<IIQQQQQIIQQ")  # PERF_ATTR_SIZE_VER1 of include/uapi/linux/perf_event.h
_CLOSE_ON_EXEC = 8  # PERF_FLAG_FD_CLOEXEC
_ENABLE, _SET_BPF = 0x2400, 0x40042408  # PERF_EVENT_IOC_*


def are_kprobes_there(pmu: Path = _PMU) -> bool:
    """Whether this kernel has them for perf_event_open(2) (Linux 4.17, CONFIG_KPROBE_EVENTS)."""
    return (pmu / "type").exists()


def open_kprobe(program: int, function: str, *, at_return: bool) -> int:
    """Attach the program to a kernel function, at its entry or its return; the descriptor holds it.

    Raises:
        OSError: with the kernel's errno.
    """
    kind = int((_PMU / "type").read_text())
    config = 0
    if at_return:
        bit = (_PMU / "format" / "retprobe").read_text().strip().removeprefix("config:")
        config = 1 << int(bit)
    name = ctypes.create_string_buffer(function.encode())
    return _open(program, kind, config, ctypes.addressof(name))


def open_tracepoint(program: int, number: int) -> int:
    """Attach the program to the tracepoint of that number in tracefs; the descriptor holds it.

    Raises:
        OSError: with the kernel's errno.
    """
    return _open(program, _TRACEPOINT, number)


def _open(program: int, kind: int, config: int, kprobe_function: int = 0) -> int:
    """One event for the whole machine: a program is run on every CPU, whichever the event is opened for."""
    attributes = _ATTRIBUTES.pack(kind, _ATTRIBUTES.size, config, 0, 0, 0, 0, 0, 0, kprobe_function, 0)
    everyone, first_cpu, no_group = -1, 0, -1
    fd = system_call(
        "perf_event_open", attributes, everyone, first_cpu, no_group, ctypes.c_ulong(_CLOSE_ON_EXEC)
    )
    try:
        fcntl.ioctl(fd, _SET_BPF, program)
        fcntl.ioctl(fd, _ENABLE, 0)
    except OSError:
        os.close(fd)
        raise
    return fd
