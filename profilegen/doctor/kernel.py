"""What the kernel has to have."""

from __future__ import annotations

import platform
import re
from pathlib import Path

from profilegen import errors
from profilegen.doctor.check import Check, content
from profilegen.tracer.observation import Abis
from profilegen.versions import OLDEST_KERNEL


def kernel(release: str | None = None) -> Check:
    """The kernel's version, as ``uname -r`` gives it."""
    release = platform.release() if release is None else release
    version = re.match(r"(\d+)\.(\d+)", release)
    ok = version is not None and (int(version[1]), int(version[2])) >= OLDEST_KERNEL
    return Check("kernel", ok, release, "boot Linux {}.{} or later".format(*OLDEST_KERNEL))


def architecture(machine: str | None = None) -> Check:
    """The machine, as ``uname -m`` gives it."""
    machine = platform.machine() if machine is None else machine
    try:
        return Check("architecture", ok=True, found=Abis.of_machine(machine).native.value)
    except (errors.UsageError, errors.CannotTraceError):
        return Check("architecture", ok=False, found=machine, hint="record on x86_64 or arm64")


def btf(vmlinux: Path = Path("/sys/kernel/btf/vmlinux")) -> Check:
    """The kernel's type information, which the tracer takes its offsets from."""
    from profilegen.tracer.bpf.btf import Btf  # noqa: PLC0415 - --help must not pay for it

    try:
        Btf(vmlinux)
    except errors.NoBtfError as error:
        return Check("BTF", ok=False, found=error.cause, hint=error.hint)
    return Check("BTF", ok=True, found=str(vmlinux))


def tracepoints(
    vmlinux: Path = Path("/sys/kernel/btf/vmlinux"),
    kprobes: Path = Path("/sys/bus/event_source/devices/kprobe"),
    tracefs: tuple[Path, ...] | None = None,
    *,
    through_perf: bool | None = None,
) -> Check:
    """The tracepoints that the tracer attaches to; BTF has a type ``btf_trace_NAME`` for each.

    A kprobe can stand in for one of them. A kernel that preempts programs must give their numbers in tracefs.
    """
    from profilegen.tracer.bpf.perf import are_kprobes_there  # noqa: PLC0415
    from profilegen.tracer.bpf.preemption import can_be_preempted  # noqa: PLC0415
    from profilegen.tracer.layout import PROBED, TRACEPOINTS  # noqa: PLC0415

    types = content(vmlinux)
    missing = [name for name in TRACEPOINTS if f"\0btf_trace_{name}\0" not in types]
    if not missing and (can_be_preempted() if through_perf is None else through_perf):
        return _through_perf(tracefs)
    if not missing:
        return Check("tracepoints", ok=True, found=f"all {len(TRACEPOINTS)}")
    if set(missing) <= {PROBED} and are_kprobes_there(kprobes):
        return Check("tracepoints", ok=True, found=f"all but {PROBED}, which has a kprobe instead")
    hint = f"boot a kernel that has them; {PROBED} came with Linux 6.14, before it takes CONFIG_KPROBE_EVENTS"
    return Check("tracepoints", ok=False, found=f"missing {', '.join(missing)}", hint=hint)


def _through_perf(mounted: tuple[Path, ...] | None) -> Check:
    from profilegen.tracer.host.tracefs import Tracefs  # noqa: PLC0415
    from profilegen.tracer.layout import PERF_EVENTS, TRACEPOINTS  # noqa: PLC0415

    try:
        with Tracefs(mounted) as tracefs:
            tracefs.numbers(PERF_EVENTS)
    except errors.CannotTraceError as error:
        return Check("tracepoints", ok=False, found=error.cause, hint=error.hint)
    return Check("tracepoints", ok=True, found=f"all {len(TRACEPOINTS)}, through perf")


def cgroup2(mountinfo: Path = Path("/proc/self/mountinfo")) -> Check:
    """A cgroup v2 hierarchy, alone or beside v1."""
    from profilegen.tracer.host.mounts import cgroup2_mount  # noqa: PLC0415

    try:
        return Check("cgroup v2", ok=True, found=str(cgroup2_mount(mountinfo)))
    except errors.NoCgroup2Error as error:
        return Check("cgroup v2", ok=False, found=error.cause, hint=error.hint)


def lockdown(state: Path = Path("/sys/kernel/security/lockdown")) -> Check:
    """Kernel lockdown: at ``confidentiality`` eBPF may not read the kernel (kernel_lockdown(7))."""
    from profilegen.tracer.host.rights import lockdown_level  # noqa: PLC0415

    try:
        return Check("lockdown", ok=True, found=lockdown_level(state))
    except errors.LockdownError as error:
        return Check("lockdown", ok=False, found=error.cause, hint=error.hint)


def seccomp(actions: Path = Path("/proc/sys/kernel/seccomp/actions_avail")) -> Check:
    """Seccomp filters in the kernel, with the two actions that a profile uses."""
    available = content(actions).split()
    ok = {"allow", "errno"} <= set(available)
    return Check(
        "seccomp",
        ok,
        " ".join(available) or "not in this kernel",
        "boot a kernel with CONFIG_SECCOMP_FILTER=y",
    )
