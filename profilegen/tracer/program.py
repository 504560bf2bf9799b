"""Compiles recorder.bpf.c with BCC for the running kernel, attaches and detaches it."""

from __future__ import annotations

import ctypes
import os
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from profilegen.errors import CannotTraceError, NoBccError, NotPrivilegedError
from profilegen.tracer.btf import Btf
from profilegen.tracer.offsets import offset_flags
from profilegen.tracer.source import HERE, recorder_source
from profilegen.tracer.typed import TypedProgram

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_TYPED = "sys_enter"
_TAIL = "on_file"
"""What the programs of several tracepoints end in."""


class Program:
    """The loaded eBPF program. ``bpf`` is BCC's object: its maps are read through it.

    Raises:
        CannotTraceError: this kernel or this user cannot load it; its subclasses say what is missing.
    """

    def __init__(self) -> None:
        btf = Btf()
        source = recorder_source()
        flags = offset_flags(source, btf)
        bcc = _import_bcc()
        self._attached: list[str] = []
        with _translated("the eBPF program"):
            self.bpf: Any = bcc.BPF(text=source, cflags=flags)
            self._sys_enter = TypedProgram(self.bpf, f"on_{_TYPED}", _TYPED, btf)
            tail = self.bpf.load_func(_TAIL, bcc.BPF.RAW_TRACEPOINT)
            self.bpf["tails"][ctypes.c_int(0)] = ctypes.c_int(tail.fd)

    def attach(self) -> None:
        """Attach every tracepoint; what is attached is detached again if one fails."""
        try:
            for name in TRACEPOINTS:
                with _translated(f"the tracepoint {name}"):
                    if name == _TYPED:
                        self._sys_enter.attach()
                    else:
                        self.bpf.attach_raw_tracepoint(tp=name, fn_name=f"on_{name}")
                        self._attached.append(name)
        except CannotTraceError:
            self.detach()
            raise

    def detach(self) -> None:
        """Detach everything; the maps stay readable."""
        self._sys_enter.detach()
        while self._attached:
            self.bpf.detach_raw_tracepoint(tp=self._attached.pop())

    def close(self) -> None:
        """Detach and free the maps. BCC 0.26 leaves raw tracepoints attached in its own cleanup."""
        self.detach()
        self._sys_enter.close()
        self.bpf.cleanup()


def _import_bcc() -> Any:
    os.environ["BCC_KERNEL_SOURCE"] = str(HERE / "headers")
    try:
        import bcc  # noqa: PLC0415 - only the recorder needs it, and it is slow to import
    except ImportError as error:
        raise NoBccError(f"BCC cannot be imported: {error}") from error
    if not hasattr(bcc, "BPF"):
        raise NoBccError("the installed Python package bcc is not the BPF Compiler Collection")
    return bcc


@contextmanager
def _translated(what: str) -> Iterator[None]:
    """Errors of BCC as ours; the last line that clang and libbpf wrote to descriptor 2 is the cause."""
    saved = os.dup(2)
    try:
        with tempfile.TemporaryFile() as sink:
            os.dup2(sink.fileno(), 2)
            try:
                yield
            except CannotTraceError:
                raise
            except Exception as error:
                sink.seek(0)
                raise _cause(error, sink.read().decode(errors="replace"), what) from error
            finally:
                os.dup2(saved, 2)
    finally:
        os.close(saved)


def _cause(error: Exception, text: str, what: str) -> CannotTraceError:
    detail = next((line for line in reversed(text.splitlines()) if line.strip()), str(error))
    if isinstance(error, PermissionError) or "Operation not permitted" in text + str(error):
        return NotPrivilegedError(f"the kernel refuses eBPF to this user: {detail}")
    return CannotTraceError(f"the kernel does not take {what}: {detail}")
