"""Functions of the running kernel by their addresses, from /proc/kallsyms.

Without CAP_SYSLOG, or at kptr_restrict 2, all addresses are zero there (proc(5)): nothing has a name then.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from pathlib import Path

_KALLSYMS = Path("/proc/kallsyms")
_SYMBOL = re.compile(rb"^([0-9a-f]+) [tTwW] (\S+)", re.MULTILINE)
_VARIANT = re.compile(r"\.(?:isra|part|constprop|cold|llvm)\..*|\.cold$")

UNAUDITED = (
    "cap_vm_enough_memory",
    "has_capability_noaudit",
    "has_ns_capability_noaudit",
    "ns_capable_noaudit",
    "security_vm_enough_memory_mm",
)
"""Functions that ask without audit (kernel/capability.c), and those of memory overcommit, which do the same
(security/commoncap.c; the compiler may have left the first one out of the stack)."""

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

_BOTTOM = re.compile(
    r"do_syscall_64|entry_\w+|el0\w*|invoke_syscall|do_el0_svc|do_int80\w*|__do_fast_syscall_32|\w*kretprobe\w*"
)
"""Where a stack tells no more: the entry of the system call, and a return probe before 5.14."""
ASKERS = 4
"""Functions that are kept of a stack."""


class KernelSymbols:
    """Addresses and names; the text is read once, and taken apart only when a name is asked for."""

    def __init__(self, path: Path = _KALLSYMS) -> None:
        self._path = path

    def ranges(self) -> list[tuple[int, int]]:
        """Start and length of the functions of UNAUDITED, those that this kernel has."""
        found = (_range(self._text, name) for name in UNAUDITED)
        return [one for one in found if one is not None]

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
        addresses, names = self._sorted
        at = bisect_right(addresses, address) - 1
        return names[at] if at >= 0 else None

    @cached_property
    def _text(self) -> bytes:
        try:
            return self._path.read_bytes()
        except OSError:
            return b""

    @cached_property
    def _sorted(self) -> tuple[list[int], list[str]]:
        found = (
            (int(address, 16), name.decode(errors="replace")) for address, name in _SYMBOL.findall(self._text)
        )
        symbols = sorted((address, _VARIANT.sub("", name)) for address, name in found if address)
        return [address for address, _ in symbols], [name for _, name in symbols]


def _range(text: bytes, name: str) -> tuple[int, int] | None:
    """Symbols of the kernel itself are in the order of addresses: a function ends before the next one."""
    for kind in (b" T ", b" t "):
        at = text.find(kind + name.encode() + b"\n")
        if at >= 0:
            start = int(text[text.rfind(b"\n", 0, at) + 1 : at], 16)
            rest = text[text.index(b"\n", at + 1) + 1 :][:400].splitlines()
            end = next((int(line.split()[0], 16) for line in rest if int(line.split()[0], 16) > start), start)
            return (start, end - start) if start else None
    return None
