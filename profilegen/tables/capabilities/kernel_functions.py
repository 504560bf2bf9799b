"""Names of kernel functions, as the data files that look at a stack have them."""

from __future__ import annotations

import re

_ENTRY = re.compile(r"^__(?:x64|ia32|arm64|do|se)_(?:compat_)?sys_")
"""What the kernel's macros put before a system call, by architecture and layer (SYSCALL_DEFINE)."""


def without_layer(function: str) -> str:
    """``sys_setsockopt`` for each of the functions that a system call is made of; others as they are."""
    return _ENTRY.sub("sys_", function)
