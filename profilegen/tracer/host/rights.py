"""The rights that attaching takes: the user's, and what the kernel lets anybody do."""

from __future__ import annotations

import os
import re
from pathlib import Path

from profilegen.capabilities import Capability
from profilegen.errors import LockdownError, NotPrivilegedError

STATUS = Path("/proc/self/status")
LOCKDOWN = Path("/sys/kernel/security/lockdown")
_FORBIDDING = "confidentiality"
_NEEDED = (Capability.CAP_BPF, Capability.CAP_PERFMON)
_PID_NAMESPACE = Path("/proc/self/ns/pid")
_HOSTS_INODE = 0xEFFFFFFC
"""Of the first PID namespace, the same on every machine (include/linux/proc_ns.h, PROC_PID_INIT_INO)."""


def held_rights(status: Path = STATUS, namespace: Path = _PID_NAMESPACE) -> tuple[Capability, ...]:
    """Those that allow tracing: CAP_SYS_ADMIN, or CAP_BPF with CAP_PERFMON (capabilities(7), Linux 5.8).

    Raises:
        NotPrivilegedError: with what is missing.
    """
    try:
        text = status.read_text(errors="replace")
    except OSError:  # no /proc: nothing can be traced either
        text = ""
    effective = re.search(r"^CapEff:\s*([0-9a-f]+)$", text, re.MULTILINE)
    held = Capability.of_mask(int(effective[1], 16)) if effective else ()
    if Capability.CAP_SYS_ADMIN in held:
        return (Capability.CAP_SYS_ADMIN,)
    missing = [capability for capability in _NEEDED if capability not in held]
    if missing:
        raise NotPrivilegedError(f"the rights for eBPF are missing: {', '.join(missing)}", _hint(namespace))
    return _NEEDED


def _hint(namespace: Path) -> str:
    """What gives the rights; empty for a user who is not root, for whom the error has a hint."""
    if os.geteuid() != 0:
        return ""
    try:
        is_hosts = namespace.stat().st_ino == _HOSTS_INODE
    except OSError:  # no /proc: a chroot
        is_hosts = True
    if is_hosts:
        return "root lacks them here: start it from a root shell (sudo -i), or in a service that has them"
    return (
        "this container lacks them: record on the host, or start it privileged with the host's PID namespace "
        "and cgroups"
    )


def lockdown_level(state: Path = LOCKDOWN) -> str:
    """The chosen level of kernel lockdown, ``none`` without it; securityfs may not be mounted.

    Raises:
        LockdownError: it is ``confidentiality``, at which eBPF may not read the kernel (kernel_lockdown(7)).
    """
    try:
        text = state.read_text(errors="replace")
    except OSError:
        text = ""
    chosen = re.search(r"\[(\w+)\]", text)
    level = chosen[1] if chosen else "none"
    if level == _FORBIDDING:
        raise LockdownError(f"kernel lockdown is at {level}: eBPF may not read the kernel")
    return level
