"""What recorder.bpf.c asks of the running kernel, as macros for the compiler: offsets, and what it has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profilegen.errors import CannotTraceError
from profilegen.tracer.layout import PERF_EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.tracer.bpf.btf import Btf
    from profilegen.tracer.tracefs import Tracefs

_MACRO = re.compile(r"\bOFF_([a-z]\w+)")
_FIELD = re.compile(r"\bFIELD_([a-z]\w+)")
_FEATURE = re.compile(r"\bHAVE_([a-z]\w+)")

# Longest first: cgroup_root_hierarchy_id is no member of cgroup.
_STRUCTS = sorted(
    (
        "cgroup", "cgroup_root", "cgroup_subsys_state", "cred", "css_set", "dentry", "fdtable", "file",
        "files_struct", "inode", "kernel_siginfo", "kernfs_node", "linux_binprm", "mm_struct", "mount",
        "ns_common", "nsproxy", "path", "pt_regs", "qstr", "seccomp", "signal_struct", "task_struct",
        "thread_info", "uid_gid_map", "user_namespace", "vfsmount",
    ),
    key=len,
    reverse=True,
)  # fmt: skip


_LATER = {"user_namespace_parent_could_setfcap": "parent_could_setfcap"}
"""Members that kernels may lack, for which the source has an ``#ifdef``, and their names."""


def offset_flags(source: str, btf: Btf) -> list[str]:
    """``-DOFF_<struct>_<member>=<bytes>`` for each that the source mentions, sorted.

    Raises:
        NoBtfError: this kernel lacks one that no source can do without.
        CannotTraceError: a macro names no struct.
    """
    found = sorted(set(_MACRO.findall(source)))
    found = [name for name in found if name not in _LATER or btf.names(_LATER[name])]
    return [f"-DOFF_{name}={btf.offset(*_split(name, _STRUCTS))}" for name in found]


def field_flags(source: str, tracefs: Tracefs) -> list[str]:
    """``-DFIELD_<tracepoint>_<field>=<bytes>`` for each that the source mentions, sorted.

    Raises:
        CannotTraceError: this kernel lacks one of them.
    """
    flags = []
    for name in sorted(set(_FIELD.findall(source))):
        event, field = _split(name, PERF_EVENTS)
        offset = tracefs.fields(PERF_EVENTS[event], event).get(field)
        if offset is None:
            raise CannotTraceError(f"perf's record of the tracepoint {event} has no field {field}")
        flags.append(f"-DFIELD_{name}={offset}")
    return flags


def feature_flags(source: str, btf: Btf) -> list[str]:
    """``-DHAVE_<name>`` for each that the source mentions and the kernel has, sorted.

    A helper's name stands in ``enum bpf_func_id``, a raw tracepoint's as a type ``btf_trace_<name>``.
    """
    wanted = sorted(set(_FEATURE.findall(source)))
    return [
        f"-DHAVE_{name}=1" for name in wanted if btf.names(f"BPF_FUNC_{name}") or btf.names(f"btf_{name}")
    ]


def _split(name: str, owners: Iterable[str]) -> tuple[str, str]:
    for owner in owners:
        if name.startswith(owner + "_"):
            return owner, name[len(owner) + 1 :]
    raise CannotTraceError(f"recorder.bpf.c asks for an offset in something unknown: {name}")
