"""The offsets of kernel structs that recorder.bpf.c asks for, as macros for the compiler."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profilegen.errors import CannotTraceError

if TYPE_CHECKING:
    from profilegen.tracer.bpf.btf import Btf

_MACRO = re.compile(r"\bOFF_([a-z]\w+)")

# Longest first: cgroup_root_hierarchy_id is no member of cgroup.
_STRUCTS = sorted(
    (
        "cgroup", "cgroup_root", "cgroup_subsys_state", "cred", "css_set", "dentry", "fdtable", "file",
        "files_struct", "inode", "kernel_siginfo", "kernfs_node", "linux_binprm", "mount", "ns_common",
        "nsproxy", "path", "qstr", "seccomp", "task_struct", "thread_info", "user_namespace", "vfsmount",
    ),
    key=len,
    reverse=True,
)  # fmt: skip


def offset_flags(source: str, btf: Btf) -> list[str]:
    """``-DOFF_<struct>_<member>=<bytes>`` for each that the source mentions, sorted.

    Raises:
        NoBtfError: this kernel lacks one of them.
        CannotTraceError: a macro names no struct.
    """
    return [f"-DOFF_{name}={btf.offset(*_split(name))}" for name in sorted(set(_MACRO.findall(source)))]


def _split(name: str) -> tuple[str, str]:
    for struct_name in _STRUCTS:
        if name.startswith(struct_name + "_"):
            return struct_name, name[len(struct_name) + 1 :]
    raise CannotTraceError(f"recorder.bpf.c asks for an offset of an unknown struct: {name}")
