"""Functions of the running kernel by address, from /proc/kallsyms: they tell who asked for a capability.

Without CAP_SYSLOG, or at kptr_restrict 2, all addresses are zero there (proc(5)): nothing has a name then.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from pathlib import Path

_KALLSYMS = Path("/proc/kallsyms")
_SYMBOL = re.compile(rb"^([0-9a-f]+) [tTwW] (\S+)", re.MULTILINE)
_LINE = re.compile(rb"([0-9a-f]+) \S (\S+).*")
_VARIANT = re.compile(r"\.(?:isra|part|constprop|cold|llvm)\..*|\.cold$")

_LAYERS = frozenset(
    {
        "cap_capable", "cap_capable_helper", "security_capable", "capable", "capable_noaudit",
        "ns_capable", "ns_capable_common", "ns_capable_setid", "ns_capable_noaudit", "file_ns_capable",
        "capable_wrt_inode_uidgid",
        "has_capability", "has_capability_noaudit", "has_ns_capability", "has_ns_capability_noaudit",
        "privileged_wrt_inode_uidgid", "sk_ns_capable", "__sk_ns_capable", "sk_capable", "sk_net_capable",
        "netlink_capable", "netlink_ns_capable", "netlink_net_capable", "sockopt_capable",
        "sockopt_ns_capable", "bpf_ns_capable", "bpf_token_capable",
    }
)  # fmt: skip
"""Every check comes through some of them: they say nothing about who asked."""

_BOTTOM = re.compile(
    r"do_syscall_64|entry_\w+|el0\w*|invoke_syscall|do_el0_svc|do_int80\w*|__do_fast_syscall_32|\w*kretprobe\w*"
)
"""Where a stack tells no more: the entry of the system call, and a return probe before 5.14."""


class KernelSymbols:
    """Addresses and names; the text is read once, and taken apart only when a name is asked for."""

    def __init__(self, path: Path = _KALLSYMS) -> None:
        self._path = path

    def askers(self, stack: tuple[int, ...]) -> tuple[str, ...]:
        """The functions behind a check, the innermost first, without what every check comes through."""
        names = [self._name(address) for address in stack if address]
        last = max((at for at, name in enumerate(names) if name in _LAYERS), default=-1)
        found = []
        for name in names[last + 1 :]:
            if name is None or _BOTTOM.fullmatch(name):
                break
            found.append(name)
        return tuple(found)

    def has(self, function: str) -> bool:
        """Whether the kernel has it; where nobody can tell it has."""
        return not self._text or f" {function}\n".encode() in self._text

    def _name(self, address: int) -> str | None:
        """Name of the last function that begins at or before the address."""
        addresses, names = self._modules
        at = bisect_right(addresses, address) - 1
        start = addresses[at] if at >= 0 else 0
        found = _last_line(self._text, self._core, address)
        if found is not None and int(found[1], 16) >= start:
            return _VARIANT.sub("", found[2].decode(errors="replace"))
        return names[at] if at >= 0 else None

    @cached_property
    def _core(self) -> int:
        """Where the kernel itself ends, whose symbols are in the order of addresses, and modules begin."""
        first = self._text.find(b"\t[")
        return len(self._text) if first < 0 else self._text.rfind(b"\n", 0, first) + 1

    @cached_property
    def _text(self) -> bytes:
        try:
            return self._path.read_bytes()
        except OSError:
            return b""

    @cached_property
    def _modules(self) -> tuple[list[int], list[str]]:
        found = _SYMBOL.findall(self._text, self._core)
        symbols = sorted((int(address, 16), name.decode(errors="replace")) for address, name in found)
        return [address for address, _ in symbols], [_VARIANT.sub("", name) for _, name in symbols]


def _last_line(text: bytes, end: int, address: int) -> re.Match[bytes] | None:
    """The last line at or below the address; found by halving, for a list of all takes 50 MB."""
    low, high, found = 0, end, None
    while low < high:
        middle = text.rfind(b"\n", 0, (low + high) // 2) + 1
        line = _LINE.match(text, middle)
        if line is None:
            return None
        if int(line[1], 16) <= address:
            found, low = line, line.end() + 1
        else:
            high = middle
    return found if found is not None and int(found[1], 16) else None
