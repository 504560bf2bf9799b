"""Compiles recorder.bpf.c with BCC for the running kernel, attaches and detaches it."""

from __future__ import annotations

import ctypes
import os
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profilegen.errors import CannotTraceError, NoBccError, NotPrivilegedError
from profilegen.tracer.btf import Btf

if TYPE_CHECKING:
    from collections.abc import Iterator

_HERE = Path(__file__).parent
_SOURCE = "recorder.bpf.c"
_PARTS = (_SOURCE, "task.h", "path.h")
_OFFSET = re.compile(r"\bOFF_(\w+)")

# Longest first: task_struct_seccomp_mode would be a member of task_struct.
_STRUCTS = sorted(
    (
        "cgroup", "cgroup_root", "cgroup_subsys_state", "cred", "css_set", "dentry", "fdtable", "file",
        "files_struct", "inode", "kernel_siginfo", "kernfs_node", "linux_binprm", "mount", "nsproxy", "path", "qstr",
        "seccomp", "task_struct", "thread_info", "vfsmount",
    ),
    key=len,
    reverse=True,
)  # fmt: skip

# Task bookkeeping first, so that no call is seen of a task whose fork was missed.
TRACEPOINTS = (
    "sched_process_fork",
    "sched_process_exit",
    "sched_process_exec",
    "cgroup_rmdir",
    "cgroup_mkdir",
    "cap_capable",
    "signal_generate",
    "sys_exit",
    "sys_enter",
)


_TAIL = "on_file"
"""What the programs of several tracepoints end in."""


class Program:
    """The loaded eBPF program. ``bpf`` is BCC's object: its maps are read through it."""

    def __init__(self) -> None:
        flags = [f"-I{_HERE}", *_offset_flags()]
        bcc = _import_bcc()
        with _captured_stderr() as text:
            try:
                self.bpf: Any = bcc.BPF(text=(_HERE / _SOURCE).read_text(), cflags=flags)
            except Exception as error:
                raise _load_error(error, text()) from error
        self._attached: list[str] = []

    def attach(self) -> None:
        """Attach every tracepoint; what is attached is detached again if one fails."""
        self._load_tail()
        for name in TRACEPOINTS:
            with _captured_stderr() as text:
                try:
                    self.bpf.attach_raw_tracepoint(tp=name, fn_name=f"on_{name}")
                except Exception as error:
                    self.detach()
                    raise _load_error(error, text(), f"the tracepoint {name}") from error
            self._attached.append(name)

    def _load_tail(self) -> None:
        with _captured_stderr() as text:
            try:
                function = self.bpf.load_func(_TAIL, self.bpf.RAW_TRACEPOINT)
            except Exception as error:
                raise _load_error(error, text()) from error
        self.bpf["tails"][ctypes.c_int(0)] = ctypes.c_int(function.fd)

    def detach(self) -> None:
        """Detach everything; the maps stay readable."""
        while self._attached:
            self.bpf.detach_raw_tracepoint(tp=self._attached.pop())

    def close(self) -> None:
        """Detach and free the maps. BCC 0.26 leaves raw tracepoints attached in its own cleanup."""
        self.detach()
        self.bpf.cleanup()


def _offset_flags() -> list[str]:
    btf = Btf()
    wanted = {name for part in _PARTS for name in _OFFSET.findall((_HERE / part).read_text())}
    return [f"-DOFF_{name}={btf.offset(*_split(name))}" for name in sorted(wanted) if "<" not in name]


def _split(name: str) -> tuple[str, str]:
    for struct_name in _STRUCTS:
        if name.startswith(struct_name + "_"):
            return struct_name, name[len(struct_name) + 1 :]
    raise CannotTraceError(f"recorder.bpf.c asks for an offset of an unknown struct: {name}")


def _import_bcc() -> Any:
    os.environ["BCC_KERNEL_SOURCE"] = str(_HERE / "headers")
    try:
        import bcc  # noqa: PLC0415 - only the recorder needs it, and it is slow to import
    except ImportError as error:
        raise NoBccError(f"BCC cannot be imported: {error}") from error
    if not hasattr(bcc, "BPF"):
        raise NoBccError("the installed Python package bcc is not the BPF Compiler Collection")
    return bcc


def _load_error(error: Exception, text: str, what: str = "the eBPF program") -> CannotTraceError:
    detail = next((line for line in reversed(text.splitlines()) if line.strip()), str(error))
    if os.geteuid() != 0 or "Operation not permitted" in text + str(error):
        return NotPrivilegedError(f"the kernel refuses eBPF to this user: {detail}")
    return CannotTraceError(f"the kernel does not take {what}: {detail}")


@contextmanager
def _captured_stderr() -> Iterator[Any]:
    """Clang and libbpf write to descriptor 2 themselves; their last line is the cause."""
    saved = os.dup(2)
    with tempfile.TemporaryFile() as sink:

        def text() -> str:
            sink.seek(0)
            return sink.read().decode(errors="replace")

        os.dup2(sink.fileno(), 2)
        try:
            yield text
        finally:
            os.dup2(saved, 2)
            os.close(saved)
