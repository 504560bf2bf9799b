"""What recorder.bpf.c asks of the running kernel, as macros for the compiler: offsets, and what it has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profilegen.errors import CannotTraceError

if TYPE_CHECKING:
    from profilegen.tracer.bpf.btf import Btf

_MACRO = re.compile(r"\bOFF_([a-z]\w+)")
_FEATURE = re.compile(r"\bHAVE_([a-z]\w+)")

# Longest first: cgroup_root_hierarchy_id is no member of cgroup.
_STRUCTS = sorted(
    (
        "cgroup", "cgroup_root", "cgroup_subsys_state", "cred", "css_set", "dentry", "fdtable", "file",
        "files_struct", "inode", "kernel_siginfo", "kernfs_node", "linux_binprm", "mount", "ns_common",
        "nsproxy", "path", "pt_regs", "qstr", "seccomp", "task_struct", "thread_info", "user_namespace",
        "vfsmount",
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


def feature_flags(source: str, btf: Btf) -> list[str]:
    """``-DHAVE_<name>`` for each that the source mentions and the kernel has, sorted.

    A helper's name stands in ``enum bpf_func_id``, a raw tracepoint's as a type ``btf_trace_<name>``.
    """
    wanted = sorted(set(_FEATURE.findall(source)))
    return [
        f"-DHAVE_{name}=1" for name in wanted if btf.names(f"BPF_FUNC_{name}") or btf.names(f"btf_{name}")
    ]


def _split(name: str) -> tuple[str, str]:
    for struct_name in _STRUCTS:
        if name.startswith(struct_name + "_"):
            return struct_name, name[len(struct_name) + 1 :]
    raise CannotTraceError(f"recorder.bpf.c asks for an offset of an unknown struct: {name}")
