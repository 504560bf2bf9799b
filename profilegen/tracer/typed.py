"""Loads a function that BCC has compiled as a raw tracepoint program with typed arguments (tp_btf).

BCC 0.26 knows only the untyped kind, where a pointer argument is a number and every read through it
takes a helper call. On the hottest path a helper costs as much as all the rest, so that one program
goes to the kernel by bpf(2) itself. Linux 5.5 and later.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from typing import TYPE_CHECKING, Any

from profilegen.errors import CannotTraceError

if TYPE_CHECKING:
    from profilegen.tracer.btf import Btf

# include/uapi/linux/bpf.h
_PROG_LOAD, _RAW_TRACEPOINT_OPEN = 5, 17
_TYPE_TRACING, _ATTACH_RAW_TP = 26, 23
_PROG_ATTRIBUTES = struct.Struct("<IIQQIIQII16sIIIIQIIQIIII")
_OPEN_ATTRIBUTES = struct.Struct("<QI4x")
_INSTRUCTION_BYTES = 8
_LOG_BYTES = 1 << 20
_NUMBER = {"x86_64": 321, "aarch64": 280}  # of bpf(2)


class TypedProgram:
    """One loaded program.

    Args:
        bpf: BCC's object; its maps are already those that the function uses.
        function: its name in the C file.
        tracepoint: such as ``sys_enter``.
        btf: the running kernel's types.

    Raises:
        CannotTraceError: the verifier refuses it; with the last line of its log.
        PermissionError: the rights are missing.
    """

    def __init__(self, bpf: Any, function: str, tracepoint: str, btf: Btf) -> None:
        self._code: bytes = bpf.dump_func(function)
        self._name = function.encode()[:15]
        self._target = btf.typedef_id(f"btf_trace_{tracepoint}")
        try:
            self._program = self._load(None)
        except PermissionError:
            raise
        except OSError as error:
            raise CannotTraceError(
                f"the kernel does not take {function}: {self._complaint(error)}"
            ) from error
        self._link: int | None = None

    def attach(self) -> None:
        """Attach; the link is a descriptor that the kernel closes with the process."""
        self._link = _bpf(_RAW_TRACEPOINT_OPEN, _OPEN_ATTRIBUTES.pack(0, self._program))

    def detach(self) -> None:
        """Detach; nothing to do if it is not attached."""
        if self._link is not None:
            os.close(self._link)
            self._link = None

    def close(self) -> None:
        """Detach and let the program go."""
        self.detach()
        os.close(self._program)

    def _load(self, log: Any) -> int:
        code = ctypes.create_string_buffer(self._code, len(self._code))
        license_text = ctypes.create_string_buffer(b"GPL")  # bpf_probe_read_kernel is for GPL programs
        level, size, address = (1, len(log), ctypes.addressof(log)) if log is not None else (0, 0, 0)
        return _bpf(
            _PROG_LOAD,
            _PROG_ATTRIBUTES.pack(
                *(_TYPE_TRACING, len(self._code) // _INSTRUCTION_BYTES),
                *(ctypes.addressof(code), ctypes.addressof(license_text)),
                *(level, size, address),
                *(0, 0, self._name, 0),  # kern_version, prog_flags, prog_name, prog_ifindex
                *(_ATTACH_RAW_TP, 0),  # expected_attach_type, prog_btf_fd
                *(0, 0, 0, 0, 0, 0),  # func_info and line_info
                *(self._target, 0, 0),  # attach_btf_id, attach_prog_fd, padding
            ),
        )

    def _complaint(self, error: OSError) -> str:
        """The verifier's last words; the first load went without a log, which is faster."""
        log = ctypes.create_string_buffer(_LOG_BYTES)
        try:
            os.close(self._load(log))
        except OSError as again:
            error = again
        lines = [line for line in log.value.decode(errors="replace").splitlines() if line.strip()]
        return lines[-2] if len(lines) > 1 else str(error)


def _bpf(command: int, attributes: bytes) -> int:
    """bpf(2): a new descriptor, or OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    result = int(libc.syscall(_NUMBER[platform.machine()], command, buffer, len(attributes)))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
