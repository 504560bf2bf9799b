"""What recording needs of this machine, looked at one by one.

Every check takes the place where it looks, so that a test can bring its own.
"""

from __future__ import annotations

import importlib
import platform
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profilegen import errors
from profilegen.errors import ExitCode
from profilegen.tracer.observation import Abis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

OLDEST_KERNEL = (5, 10)


@dataclass(frozen=True)
class Check:
    """One line of ``profilegen doctor``."""

    name: str
    ok: bool
    found: str
    hint: str = ""
    """What to type if it is not ok."""
    failure: ExitCode = ExitCode.CANNOT_TRACE
    """Exit code if it is not ok; OK marks a note, which recording does not need."""

    @property
    def needed(self) -> bool:
        """Whether recording depends on it."""
        return self.failure is not ExitCode.OK


def examine() -> tuple[Check, ...]:
    """All checks, on this machine."""
    return tuple(check() for check in CHECKS)


def exit_code(checks: Iterable[Check]) -> ExitCode:
    """CANNOT_TRACE before NO_CONTAINER before OK."""
    return min((check.failure for check in checks if not check.ok and check.needed), default=ExitCode.OK)


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

    A kprobe can stand in for one of them. Newer kernels have to tell more about them, in tracefs.
    """
    from profilegen.tracer.bpf.perf import are_kprobes_there  # noqa: PLC0415
    from profilegen.tracer.bpf.preemption import can_be_preempted  # noqa: PLC0415
    from profilegen.tracer.layout import PROBED, TRACEPOINTS  # noqa: PLC0415

    content = _read(vmlinux)
    missing = [name for name in TRACEPOINTS if f"\0btf_trace_{name}\0" not in content]
    if not missing and (can_be_preempted() if through_perf is None else through_perf):
        return _through_perf(tracefs)
    if not missing:
        return Check("tracepoints", ok=True, found=f"all {len(TRACEPOINTS)}")
    if set(missing) <= {PROBED} and are_kprobes_there(kprobes):
        return Check("tracepoints", ok=True, found=f"all but {PROBED}, which has a kprobe instead")
    hint = f"boot a kernel that has them; {PROBED} came with Linux 6.14, before it takes CONFIG_KPROBE_EVENTS"
    return Check("tracepoints", ok=False, found=f"missing {', '.join(missing)}", hint=hint)


def _through_perf(mounted: tuple[Path, ...] | None) -> Check:
    from profilegen.tracer.layout import PERF_EVENTS, TRACEPOINTS  # noqa: PLC0415
    from profilegen.tracer.tracefs import Tracefs  # noqa: PLC0415

    try:
        with Tracefs(mounted) as tracefs:
            tracefs.numbers(PERF_EVENTS)
    except errors.CannotTraceError as error:
        return Check("tracepoints", ok=False, found=error.cause, hint=error.hint)
    return Check("tracepoints", ok=True, found=f"all {len(TRACEPOINTS)}, through perf")


def rights(status: Path = Path("/proc/self/status")) -> Check:
    """The effective capabilities that bpf(2) and perf_event_open(2) ask for."""
    from profilegen.tracer.rights import held_rights  # noqa: PLC0415

    try:
        return Check("rights", ok=True, found=", ".join(held_rights(status)))
    except errors.NotPrivilegedError as error:
        return Check("rights", ok=False, found=error.cause, hint=error.hint)


def bcc(load: Callable[[str], Any] = importlib.import_module) -> Check:
    """The BPF Compiler Collection, importable from this Python."""
    hint = errors.NoBccError.default_hint
    try:
        module = load("bcc")
    except ImportError as error:
        return Check("BCC", ok=False, found=str(error), hint=hint)
    if not hasattr(module, "BPF"):
        return Check("BCC", ok=False, found="the Python package bcc is something else", hint=hint)
    return Check("BCC", ok=True, found=str(getattr(module, "__version__", "unknown version")))


def cgroup2(mountinfo: Path = Path("/proc/self/mountinfo")) -> Check:
    """A cgroup v2 hierarchy, alone or beside v1."""
    from profilegen.tracer.mounts import cgroup2_mount  # noqa: PLC0415

    try:
        return Check("cgroup v2", ok=True, found=str(cgroup2_mount(mountinfo)))
    except errors.NoCgroup2Error as error:
        return Check("cgroup v2", ok=False, found=error.cause, hint=error.hint)


def lockdown(state: Path = Path("/sys/kernel/security/lockdown")) -> Check:
    """Kernel lockdown: at ``confidentiality`` eBPF may not read the kernel (kernel_lockdown(7))."""
    from profilegen.tracer.rights import lockdown_level  # noqa: PLC0415

    try:
        return Check("lockdown", ok=True, found=lockdown_level(state))
    except errors.LockdownError as error:
        return Check("lockdown", ok=False, found=error.cause, hint=error.hint)


def seccomp(actions: Path = Path("/proc/sys/kernel/seccomp/actions_avail")) -> Check:
    """Seccomp filters in the kernel, with the two actions that a profile uses."""
    available = _read(actions).split()
    ok = {"allow", "errno"} <= set(available)
    return Check(
        "seccomp",
        ok,
        " ".join(available) or "not in this kernel",
        "boot a kernel with CONFIG_SECCOMP_FILTER=y",
    )


def engine(ask: Callable[[], Mapping[str, str]] | None = None) -> Check:
    """A container engine that answers, with the versions of its parts."""
    try:
        parts = (ask or _engine_parts)()
    except errors.EngineUnreachableError as error:
        return Check("engine", ok=False, found=error.cause, hint=error.hint, failure=error.exit_code)
    found = ", ".join(f"{name} {version}" for name, version in parts.items())
    return Check("engine", ok=True, found=found, failure=ExitCode.NO_CONTAINER)


def apparmor(enabled: Path = Path("/sys/module/apparmor/parameters/enabled")) -> Check:
    """AppArmor in the kernel: profiles can be made without, and enforced only with it."""
    ok = _read(enabled).strip() == "Y"
    found = "enabled" if ok else "not enabled: its profiles can be made here, not enforced"
    return Check("AppArmor", ok, found, "boot with apparmor=1 security=apparmor", ExitCode.OK)


def apparmor_parser(path: str = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin") -> Check:
    """The compiler of AppArmor profiles."""
    found = shutil.which("apparmor_parser", path=path)
    return Check(
        "apparmor_parser", found is not None, found or "missing", "apt-get install apparmor", ExitCode.OK
    )


CHECKS: tuple[Callable[[], Check], ...] = (
    kernel,
    architecture,
    btf,
    tracepoints,
    rights,
    bcc,
    cgroup2,
    lockdown,
    seccomp,
    engine,
    apparmor,
    apparmor_parser,
)


def _read(path: Path) -> str:
    """The content, empty if it cannot be read: a check then finds nothing."""
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _engine_parts() -> Mapping[str, str]:
    from profilegen.containers.engines import versions  # noqa: PLC0415

    return versions()
