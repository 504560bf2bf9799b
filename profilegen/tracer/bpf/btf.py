"""Offsets of kernel struct members, read from the running kernel's type information (BTF).

Format: Documentation/bpf/btf.rst of the kernel. Only what struct layouts need is read; 126,000
types take about 0.05 s.
"""

from __future__ import annotations

import struct
from pathlib import Path

from profilegen.errors import NoBtfError

VMLINUX = Path("/sys/kernel/btf/vmlinux")

_MAGIC = 0xEB9F
_STRUCT, _UNION, _TYPEDEF = 4, 5, 8
_MODIFIERS = frozenset({8, 9, 10, 11, 18})  # typedef, volatile, const, restrict, type tag
# Words that follow the three of every type, by kind: fixed, or for each of its vlen members.
_FIXED = {1: 1, 3: 3, 14: 1, 17: 1}
_PER_MEMBER = {4: 3, 5: 3, 6: 2, 13: 2, 15: 3, 19: 3}
_KINDS = 32
_UNEXPECTED = "profilegen doctor"  # what it prints belongs into the bug report


class Btf:
    """The types of one kernel.

    Args:
        path: a file in BTF format, such as ``/sys/kernel/btf/vmlinux``.

    Raises:
        NoBtfError: the file is missing or is not BTF.
    """

    def __init__(self, path: Path = VMLINUX) -> None:
        try:
            data = path.read_bytes()
        except OSError as error:
            cause = f"the kernel's type information cannot be read: {path}: {error.strerror}"
            raise NoBtfError(cause) from error
        try:
            types, strings = _sections(data)
            self._words = memoryview(data[types]).cast("I")
            self._strings = data[strings]
            self._positions = self._find_types()
        except (struct.error, ValueError, IndexError, TypeError) as error:
            raise NoBtfError(f"{path} is not a complete BTF file") from error
        self._structs: dict[str, int] = {}

    def _find_types(self) -> list[int]:
        """Where each type starts, by its id: an index into the words. Id 0, void, has no words."""
        words, end = self._words, len(self._words)
        fixed = [3 + _FIXED.get(kind, 0) for kind in range(_KINDS)]
        per_member = [_PER_MEMBER.get(kind, 0) for kind in range(_KINDS)]
        positions = [0]
        position = 0
        while position < end:
            positions.append(position)
            info = words[position + 1]
            kind = info >> 24 & 31
            position += fixed[kind] + per_member[kind] * (info & 0xFFFF)
        return positions

    def offset(self, struct_name: str, member: str) -> int:
        """Bytes from the start of ``struct_name`` to ``member``, anonymous members included.

        Raises:
            NoBtfError: this kernel has no such struct or member.
        """
        found = self._member(self._struct(struct_name), member.encode() + b"\0")
        if found is None:
            raise NoBtfError(f"this kernel's struct {struct_name} has no member {member}", _UNEXPECTED)
        return found

    def typedef_id(self, name: str) -> int:
        """The id of a typedef; ``btf_trace_NAME`` is the type of the raw tracepoint NAME.

        Raises:
            NoBtfError: this kernel has no such type.
        """
        number = self._number(name)
        for type_id, position in enumerate(self._positions):
            if type_id and self._words[position] == number and self._kind(position) == _TYPEDEF:
                return type_id
        raise NoBtfError(f"this kernel has no type {name}", _UNEXPECTED)

    def names(self, name: str) -> bool:
        """Whether anything has this name: a type, a member, an item of an enumeration."""
        return self._number(name) >= 0

    def _number(self, name: str) -> int:
        """Where the name stands in the string table, which has each text once; -1 if it does not."""
        return self._strings.find(b"\0" + name.encode() + b"\0") + 1 or -1

    def _struct(self, name: str) -> int:
        if name not in self._structs:
            number = self._number(name)
            words = self._words
            for position in self._positions[1:]:
                info = words[position + 1]
                if words[position] == number and info >> 24 & 31 == _STRUCT and info & 0xFFFF:
                    self._structs[name] = position
                    break
            else:
                raise NoBtfError(f"this kernel has no struct {name}", _UNEXPECTED)
        return self._structs[name]

    def _member(self, owner: int, key: bytes) -> int | None:
        """Offset of the member in bytes; ``key`` ends with NUL."""
        info = self._words[owner + 1]
        for position in range(owner + 3, owner + 3 + 3 * (info & 0xFFFF), 3):
            name, type_id, raw = self._words[position : position + 3]
            offset = (raw & 0xFFFFFF if info >> 31 else raw) // 8
            if self._strings[name : name + len(key)] == key:
                return offset
            if self._strings[name] == 0:
                inner = self._resolve(type_id)
                found = self._member(inner, key) if self._kind(inner) in (_STRUCT, _UNION) else None
                if found is not None:
                    return offset + found
        return None

    def _kind(self, position: int) -> int:
        return self._words[position + 1] >> 24 & 31

    def _resolve(self, type_id: int) -> int:
        position = self._positions[type_id]
        while self._kind(position) in _MODIFIERS:
            position = self._positions[self._words[position + 2]]
        return position


def _sections(data: bytes) -> tuple[slice, slice]:
    """Where the types and the strings are (struct btf_header); ValueError if that is not in the file."""
    magic, _version, _flags, header, *rest = struct.unpack_from("<HBBIIIII", data)
    sections = tuple(slice(header + start, header + start + size) for start, size in (rest[:2], rest[2:]))
    if magic != _MAGIC or max(section.stop for section in sections) > len(data):
        raise ValueError(magic)
    return sections[0], sections[1]
