"""Functions of the running kernel by their addresses, from /proc/kallsyms.

Without CAP_SYSLOG, or at kptr_restrict 2, all addresses are zero there (proc(5)): nothing has a name then.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import Path

_KALLSYMS = Path("/proc/kallsyms")
_SYMBOL = re.compile(rb"^([0-9a-f]+) [tTwW] (\S+)", re.MULTILINE)
_VARIANT = re.compile(r"\.(?:isra|part|constprop|cold|llvm)\..*|\.cold$")

UNAUDITED = re.compile(r"(?:has_)?(?:ns_)?cap(?:able|ability)_noaudit|(?:security|cap|_)_vm_enough_memory(?:_mm)?")
"""Functions that ask without audit (kernel/capability.c), and those around memory overcommit, which do the
same (cap_vm_enough_memory of security/commoncap.c; the compiler may have left it out of the stack)."""

_LAYERS = frozenset(
    {
        "cap_capable", "cap_capable_helper", "security_capable", "capable", "ns_capable", "ns_capable_common",
        "ns_capable_setid", "ns_capable_noaudit", "file_ns_capable", "capable_wrt_inode_uidgid",
        "has_capability", "has_capability_noaudit", "has_ns_capability", "has_ns_capability_noaudit",
        "privileged_wrt_inode_uidgid", "sk_ns_capable", "__sk_ns_capable", "sk_capable", "sk_net_capable",
        "netlink_capable", "netlink_ns_capable", "netlink_net_capable",
    }
)  # fmt: skip
"""Every check comes through some of them: they say nothing about who asked."""

_BOTTOM = re.compile(r"do_syscall_64|entry_\w+|el0\w*|invoke_syscall|do_el0_svc|do_int80\w*|__do_fast_syscall_32")
ASKERS = 4
"""Functions that are kept of a stack."""


class KernelSymbols:
    """Addresses and names, sorted by address; read once, when they are first needed."""

    def __init__(self, path: Path = _KALLSYMS) -> None:
        self._path = path
        self._addresses: list[int] = []
        self._names: list[str] = []
        self._read = False

    def ranges(self) -> list[tuple[int, int]]:
        """Start and length of the functions of UNAUDITED."""
        self._need()
        following = [*self._addresses[1:], self._addresses[-1] + 1] if self._addresses else []
        return [
            (start, end - start)
            for start, end, name in zip(self._addresses, following, self._names, strict=True)
            if UNAUDITED.fullmatch(name)
        ]

    def askers(self, stack: tuple[int, ...]) -> tuple[str, ...]:
        """The functions behind a check, the innermost first, without what every check comes through."""
        names = [self._name(address) for address in stack if address]
        last = max((at for at, name in enumerate(names) if name in _LAYERS), default=-1)
        found = []
        for name in names[last + 1 :]:
            if name is None or _BOTTOM.fullmatch(name):
                break
            found.append(name)
        return tuple(found[:ASKERS])

    def _name(self, address: int) -> str | None:
        self._need()
        at = bisect_right(self._addresses, address) - 1
        return self._names[at] if at >= 0 else None

    def _need(self) -> None:
        if self._read:
            return
        self._read = True
        try:
            text = self._path.read_bytes()
        except OSError:
            return
        found = ((int(address, 16), name.decode(errors="replace")) for address, name in _SYMBOL.findall(text))
        symbols = sorted((address, _VARIANT.sub("", name)) for address, name in found if address)
        self._addresses = [address for address, _ in symbols]
        self._names = [name for _, name in symbols]
