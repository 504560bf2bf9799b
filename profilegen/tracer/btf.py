"""Offsets of kernel struct members, read from the running kernel's type information (BTF).

Format: Documentation/bpf/btf.rst of the kernel. Only what struct layouts need is read; 126,000
types take about 0.05 s.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from profilegen.errors import NoBtfError

if TYPE_CHECKING:
    from collections.abc import Callable

VMLINUX = Path("/sys/kernel/btf/vmlinux")

_MAGIC = 0xEB9F
_STRUCT, _UNION = 4, 5
_MODIFIERS = frozenset({8, 9, 10, 11, 18})  # typedef, volatile, const, restrict, type tag
# Bytes that follow the 12 of every type, by kind: fixed, or for each of its vlen members.
_FIXED = {1: 4, 3: 12, 14: 4, 17: 4}
_PER_MEMBER = {4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12}


_MEMBER: Callable[[bytes, int], tuple[int, int, int]] = struct.Struct("<III").unpack_from
"""The head of a type, and each member of a struct: three words."""


class _Type(NamedTuple):
    name: int
    kind: int
    members: int
    bitfields: bool
    target: int
    body: int


class Btf:
    """The types of one kernel.

    Args:
        path: a file in BTF format, such as ``/sys/kernel/btf/vmlinux``.

    Raises:
        NoBtfError: the file is missing or is no BTF.
    """

    def __init__(self, path: Path = VMLINUX) -> None:
        try:
            self._data = path.read_bytes()
        except OSError as error:
            raise NoBtfError(
                f"the kernel's type information cannot be read: {path}: {error.strerror}"
            ) from error
        try:
            self._types, self._strings = self._parse()
        except struct.error as error:
            raise NoBtfError(f"{path} is no complete BTF file") from error
        self._by_name: dict[str, _Type] = {}

    def _parse(self) -> tuple[list[_Type], bytes]:
        magic, _version, _flags, header, types, types_size, strings, strings_size = struct.unpack_from(
            "<HBBIIIII", self._data
        )
        if magic != _MAGIC:
            raise struct.error
        found = [_Type(0, 0, 0, bitfields=False, target=0, body=0)]  # id 0 is void
        position, end = header + types, header + types + types_size
        while position < end:
            name, info, target = _MEMBER(self._data, position)
            kind, members = info >> 24 & 31, info & 0xFFFF
            position += 12
            found.append(_Type(name, kind, members, bool(info >> 31), target, position))
            position += _FIXED.get(kind, 0) + _PER_MEMBER.get(kind, 0) * members
        start = header + strings
        return found, self._data[start : start + strings_size]

    def offset(self, struct_name: str, member: str) -> int:
        """Bytes from the start of ``struct_name`` to ``member``, anonymous members included.

        Raises:
            NoBtfError: this kernel has no such struct or member.
        """
        found = self._member(self._struct(struct_name), member)
        if found is None:
            raise NoBtfError(
                f"this kernel's struct {struct_name} has no member {member}", "profilegen doctor"
            )
        return found

    def _struct(self, name: str) -> _Type:
        if name not in self._by_name:
            key = name.encode() + b"\0"
            for candidate in self._types:
                if candidate.kind == _STRUCT and candidate.members and candidate.name:
                    start = candidate.name
                    if self._strings[start : start + len(key)] == key:
                        self._by_name[name] = candidate
                        break
            else:
                raise NoBtfError(f"this kernel has no struct {name}", "profilegen doctor")
        return self._by_name[name]

    def _member(self, owner: _Type, member: str) -> int | None:
        key = member.encode() + b"\0"
        for index in range(owner.members):
            name, type_id, raw = _MEMBER(self._data, owner.body + 12 * index)
            offset = (raw & 0xFFFFFF if owner.bitfields else raw) // 8
            if self._strings[name : name + len(key)] == key:
                return offset
            if self._strings[name] == 0:
                inner = self._resolve(type_id)
                found = self._member(inner, member) if inner.kind in (_STRUCT, _UNION) else None
                if found is not None:
                    return offset + found
        return None

    def _resolve(self, type_id: int) -> _Type:
        resolved = self._types[type_id]
        while resolved.kind in _MODIFIERS:
            resolved = self._types[resolved.target]
        return resolved
