"""All checks, on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.doctor import apparmor, ebpf, engines, kernel

if TYPE_CHECKING:
    from profilegen.doctor.check import Check


def examine() -> tuple[Check, ...]:
    """Look at everything, in the order in which it is worth mending."""
    return (
        kernel.kernel(),
        kernel.architecture(),
        kernel.btf(),
        kernel.tracepoints(),
        ebpf.rights(),
        ebpf.bcc(),
        kernel.cgroup2(),
        kernel.lockdown(),
        kernel.seccomp(),
        *engines.engines(),
        apparmor.apparmor(),
        apparmor.apparmor_parser(),
    )
