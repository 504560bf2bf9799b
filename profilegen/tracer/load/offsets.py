"""What recorder.bpf.c asks of the running kernel, as macros for the compiler: offsets, and what it has."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from profilegen.errors import CannotTraceError, NoBtfError
from profilegen.tracer.layout import OPTIONAL, PERF_EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.tracer.bpf.btf import Btf
    from profilegen.tracer.host.tracefs import Tracefs

_MACRO = re.compile(r"\bOFF_([a-z]\w+)")
_FIELD = re.compile(r"\bFIELD_([a-z]\w+)")
_FEATURE = re.compile(r"\bHAVE_([a-z]\w+)")

# Longest first: cgroup_root_hierarchy_id is not a member of cgroup.
_STRUCTS = sorted(
    (
        "cgroup", "cgroup_root", "cgroup_subsys_state", "cred", "css_set", "dentry", "fdtable", "file",
        "files_struct", "inode", "io_cqe", "io_kiocb", "io_open", "kernel_siginfo", "kernfs_node",
        "linux_binprm", "mm_struct", "mnt_namespace", "mount", "net", "netns_ipv4", "notification",
        "ns_common", "nsproxy", "path", "pid", "pt_regs", "qstr", "seccomp", "seccomp_filter",
        "seccomp_knotif", "sigaction", "sighand_struct", "signal_struct", "sock", "sock_common", "socket",
        "task_struct", "thread_info", "uid_gid_map", "user_namespace", "vfsmount",
    ),
    key=len,
    reverse=True,
)  # fmt: skip

_OLDER: dict[tuple[str, str], tuple[tuple[str, int], ...]] = {
    ("inode", "i_ctime_sec"): (("__i_ctime", 0), ("i_ctime", 0)),
    ("inode", "i_ctime_nsec"): (("__i_ctime", 8), ("i_ctime", 8)),
}
"""What older kernels have in place of a member: others, and bytes from their start. The change time was a
``struct timespec64`` until 6.10, called ``i_ctime`` until 6.5 (include/linux/fs.h)."""

_OPTIONAL = ("io_cqe_", "io_kiocb_", "io_open_", "user_namespace_parent_could_setfcap")
"""What names begin with that not every kernel has: the C files ask whether the macro is defined."""


def offset_flags(source: str, btf: Btf) -> list[str]:
    """``-DOFF_<struct>_<member>=<bytes>`` for each that the source mentions, sorted.

    Raises:
        NoBtfError: this kernel lacks one that the source cannot do without.
        CannotTraceError: a macro names no struct.
    """
    flags = []
    for name in sorted(set(_MACRO.findall(source))):
        try:
            flags.append(f"-DOFF_{name}={_offset(name, btf)}")
        except NoBtfError:
            if not name.startswith(_OPTIONAL):
                raise
    return flags


def _offset(name: str, btf: Btf) -> int:
    """The offset in the longest struct that has it: ``seccomp_filter_count`` is not of seccomp_filter."""
    splits = _splits(name, _STRUCTS)
    for struct, member in splits:
        for called, start in ((member, 0), *_OLDER.get((struct, member), ())):
            with suppress(NoBtfError):
                return btf.offset(struct, called) + start
    struct, member = splits[-1]
    raise NoBtfError(f"this kernel's struct {struct} has no member {member}")


def field_flags(source: str, tracefs: Tracefs) -> list[str]:
    """``-DFIELD_<tracepoint>_<field>=<bytes>`` for each that the source mentions, sorted.

    Raises:
        CannotTraceError: this kernel lacks one of them.
    """
    flags = []
    for name in sorted(set(_FIELD.findall(source))):
        event, field = _splits(name, PERF_EVENTS)[0]
        if event == OPTIONAL and not tracefs.has(PERF_EVENTS[event], event):
            continue
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


def _splits(name: str, owners: Iterable[str]) -> list[tuple[str, str]]:
    """Owner and member in each way that the name allows, in the owners' order."""
    found = [(owner, name[len(owner) + 1 :]) for owner in owners if name.startswith(owner + "_")]
    if not found:
        raise CannotTraceError(f"recorder.bpf.c asks for an offset in something unknown: {name}")
    return found
