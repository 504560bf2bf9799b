"""Where the kernel functions are that ask for a capability without audit, from /proc/kallsyms.

The tracepoint does not say whether a check is audited, but the stack does. The kernel needs a twentieth of a
second for the five megabytes of that file, and addresses last until the next boot: they are kept for it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from profilegen.files import cache

_KALLSYMS = Path("/proc/kallsyms")
_BOOT = Path("/proc/sys/kernel/random/boot_id")
"""random(4)."""

UNAUDITED = (
    "cap_vm_enough_memory",
    "capable_noaudit",
    "has_capability_noaudit",
    "has_ns_capability_noaudit",
    "is_profile_priv_restricted_to_stack",
    "kallsyms_show_value",
    "ns_capable_noaudit",
    "ptracer_capable",
    "security_vm_enough_memory_mm",
    "selinux_inode_getsecurity",
)
"""Functions that ask without audit, and nothing with it: those that others go through (kernel/capability.c),
and whoever hands over CAP_OPT_NOAUDIT itself. Of memory overcommit two, for the compiler may have left the
first one out of the stack (security/commoncap.c)."""

Ranges = list[tuple[int, int]]
"""Start and length of functions."""


def unaudited_ranges(place: Path | None = None, kallsyms: Path = _KALLSYMS) -> Ranges:
    """Ranges of the UNAUDITED functions this kernel has; none where addresses are hidden (proc(5))."""
    functions = hashlib.sha256(" ".join(UNAUDITED).encode()).hexdigest()[:8]
    place, name = place or cache.folder(), f"{_BOOT.read_text().strip()}.unaudited-{functions}.json"
    found = _parsed(cache.load(place, name) or "")
    if not found:
        found = _read(kallsyms)
        if found:
            cache.store(place, name, json.dumps(found))
    return found


def _parsed(text: str) -> Ranges:
    try:
        return [(int(start), int(length)) for start, length in json.loads(text)]
    except (TypeError, ValueError):
        return []


def _read(kallsyms: Path) -> Ranges:
    try:
        text = kallsyms.read_bytes()
    except OSError:
        return []
    found = (_range(text, name) for name in UNAUDITED)
    return [one for one in found if one is not None]


def _range(text: bytes, name: str) -> tuple[int, int] | None:
    """Symbols of the kernel itself are in the order of addresses: a function ends before the next one."""
    for kind in (b" T ", b" t "):
        at = text.find(kind + name.encode() + b"\n")
        if at >= 0:
            start = int(text[text.rfind(b"\n", 0, at) + 1 : at], 16)
            following = text.index(b"\n", at + 1) + 1
            rest = text[following : following + 400].splitlines()
            end = next((int(line.split()[0], 16) for line in rest if int(line.split()[0], 16) > start), start)
            return (start, end - start) if start else None
    return None
