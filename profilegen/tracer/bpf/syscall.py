"""bpf(2) itself: maps are made and read, programs loaded and attached.

BCC compiles and does no more (:mod:`profilegen.tracer.load.compiler`): with it in the recorder every start
would compile anew, and LLVM would stay in memory. Attributes are those of include/uapi/linux/bpf.h.
Every function raises OSError with the kernel's errno.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from enum import IntEnum
from functools import cache
from typing import Any

from profilegen.abi import Abi
from profilegen.tables.syscalls import table

_INSTRUCTION_BYTES = 8
_NAME_BYTES = 15
_ATTACH_RAW_TRACEPOINT = 23


class ProgramKind(IntEnum):
    """``enum bpf_prog_type``."""

    KPROBE = 2
    TRACEPOINT = 5
    RAW_TRACEPOINT = 17
    TRACING = 26


class Command(IntEnum):
    """``enum bpf_cmd``."""

    MAP_CREATE = 0
    MAP_LOOKUP_ELEM = 1
    MAP_UPDATE_ELEM = 2
    MAP_DELETE_ELEM = 3
    PROG_LOAD = 5
    OBJ_GET_INFO_BY_FD = 15
    RAW_TRACEPOINT_OPEN = 17
    MAP_LOOKUP_AND_DELETE_ELEM = 21
    MAP_LOOKUP_BATCH = 24
    MAP_DELETE_BATCH = 27


_CREATE = struct.Struct("<7I16s")
_ELEMENT = struct.Struct("<I4xQQQ")
_BATCH = struct.Struct("<4QIIQQ")
_LOAD = struct.Struct("<IIQQIIQII16sIIIIQIIQIIII")
_OPEN = struct.Struct("<QI4x")
_INFO = struct.Struct("<IIQ")
_PROGRAM_INFO_BYTES, _MISSES_OFFSET = 216, 208  # struct bpf_prog_info up to recursion_misses

_libc = ctypes.CDLL(None, use_errno=True)


def create_map(name: str, kind: int, key_bytes: int, value_bytes: int, max_entries: int, flags: int) -> int:
    """A new map's descriptor; ``kind`` is of ``enum bpf_map_type``."""
    text = name.encode()[:_NAME_BYTES]
    return _bpf(
        Command.MAP_CREATE, _CREATE.pack(kind, key_bytes, value_bytes, max_entries, flags, 0, 0, text)
    )


def load_program(
    name: str, kind: ProgramKind, code: bytes, target: int, log: ctypes.Array[ctypes.c_char] | None
) -> int:
    """A new program's descriptor.

    Args:
        name: shown by bpftool.
        kind: what it can be attached to.
        code: its instructions; maps are named by descriptor.
        target: of a TRACING program the id of a tracepoint's type in the kernel's BTF: its arguments are
            typed then (tp_btf, Linux 5.5), and a member is a plain load.
        log: takes the words of the verifier, which is slower with it.
    """
    text = ctypes.create_string_buffer(code, len(code))
    licence = ctypes.create_string_buffer(b"GPL")  # bpf_probe_read_kernel is for GPL programs
    level, size, address = (1, len(log), ctypes.addressof(log)) if log is not None else (0, 0, 0)
    return _bpf(
        Command.PROG_LOAD,
        _LOAD.pack(
            *(kind, len(code) // _INSTRUCTION_BYTES),
            *(ctypes.addressof(text), ctypes.addressof(licence)),
            *(level, size, address),
            *(0, 0, name.encode()[:_NAME_BYTES], 0),  # kern_version, prog_flags, prog_name, prog_ifindex
            *(_ATTACH_RAW_TRACEPOINT if target else 0, 0),  # expected_attach_type, prog_btf_fd
            *(0, 0, 0, 0, 0, 0),  # func_info and line_info
            *(target, 0, 0),  # attach_btf_id, attach_prog_fd, padding
        ),
    )


def open_raw_tracepoint(program: int, name: str | None) -> int:
    """Attach; the descriptor holds the link, and the kernel drops it with the process. None: typed."""
    text = ctypes.create_string_buffer(name.encode()) if name is not None else None
    return _bpf(
        Command.RAW_TRACEPOINT_OPEN, _OPEN.pack(ctypes.addressof(text) if text is not None else 0, program)
    )


def missed(program: int) -> int:
    """Count of runs that the kernel skipped, the program running already (Linux 5.12; before: 0)."""
    info = ctypes.create_string_buffer(_PROGRAM_INFO_BYTES)
    _bpf(Command.OBJ_GET_INFO_BY_FD, _INFO.pack(program, len(info), ctypes.addressof(info)))
    return int(struct.unpack_from("<Q", info, _MISSES_OFFSET)[0])


def on_element(command: Command, fd: int, key: int, value: int) -> None:
    """Look up, update or delete one element; ``key`` and ``value`` are addresses, 0 for none."""
    _bpf(command, _ELEMENT.pack(fd, key, value, 0))


def on_batch(command: Command, fd: int, cursors: tuple[int, int], keys: int, values: int, count: int) -> int:
    """Look up or delete many elements at once (Linux 5.6).

    Args:
        command: one of the two for batches.
        fd: the map.
        cursors: addresses of where it goes on, in and out, 0 for none.
        keys: address of an array of keys.
        values: address of an array of values, 0 for none.
        count: their length.

    Returns:
        How many it were. OSError has it as ``done``: at the end of a map errno is ENOENT.
    """
    buffer = ctypes.create_string_buffer(_BATCH.pack(*cursors, keys, values, count, fd, 0, 0), _BATCH.size)
    try:
        _call(command, buffer)
    except OSError as error:
        error.done = _BATCH.unpack(buffer)[4]  # type: ignore[attr-defined]
        raise
    return int(_BATCH.unpack(buffer)[4])


def _bpf(command: Command, attributes: bytes) -> int:
    return _call(command, ctypes.create_string_buffer(attributes, len(attributes)))


def _call(command: Command, buffer: ctypes.Array[ctypes.c_char]) -> int:
    return system_call("bpf", int(command), buffer, len(buffer))


def system_call(name: str, *arguments: Any) -> int:
    """A system call of this machine that the C library has no function for."""
    result = int(_libc.syscall(_number(name), *arguments))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


@cache
def _number(name: str) -> int:
    found = table(Abi.of_machine()).number(name)
    if found is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    return found
