"""What the compiler makes of recorder.bpf.c for one kernel: maps and instructions, as a value."""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_INSTRUCTION = struct.Struct("<BBhi")
_LOAD_IMMEDIATE = 0x18  # BPF_LD | BPF_IMM | BPF_DW: of two instructions
_MAP_DESCRIPTOR = 1  # BPF_PSEUDO_MAP_FD in the source register


@dataclass(frozen=True, slots=True)
class MapDefinition:
    """A map before it is made. ``key`` and ``value`` are types as BCC describes them, or None."""

    name: str
    kind: int
    key_bytes: int
    value_bytes: int
    max_entries: int
    flags: int
    key: Any
    value: Any


@dataclass(frozen=True, slots=True)
class ObjectCode:
    """Maps in a fixed order, and functions whose instructions name a map by its place in it."""

    maps: tuple[MapDefinition, ...]
    functions: Mapping[str, bytes]
    types: Mapping[str, int]
    """Of typed tracepoints: the id of their type in the kernel's BTF."""
    through_perf: bool
    """Whether its programs take perf's records instead of a tracepoint's arguments."""

    def to_json(self) -> str:
        """A text that :meth:`from_json` makes the same value of."""
        functions = {name: base64.b64encode(code).decode() for name, code in self.functions.items()}
        rest = {"types": self.types, "through_perf": self.through_perf}
        content = {"maps": [asdict(one) for one in self.maps], "functions": functions, **rest}
        return json.dumps(content, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> ObjectCode:
        """See :meth:`to_json`.

        Raises:
            ValueError: it is something else, or damaged.
        """
        try:
            content = json.loads(text)
            maps = tuple(MapDefinition(**one) for one in content["maps"])
            functions = {name: base64.b64decode(code) for name, code in content["functions"].items()}
            return cls(maps, functions, dict(content["types"]), bool(content["through_perf"]))
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"no object code: {error}") from error


def with_maps(code: bytes, numbers: Mapping[int, int]) -> bytes:
    """Instructions with the numbers of their maps replaced."""
    out = bytearray(code)
    for offset in range(0, len(code), _INSTRUCTION.size):
        operation, registers, jump, immediate = _INSTRUCTION.unpack_from(code, offset)
        if operation == _LOAD_IMMEDIATE and registers >> 4 == _MAP_DESCRIPTOR:
            _INSTRUCTION.pack_into(out, offset, operation, registers, jump, numbers[immediate])
    return bytes(out)
