"""What a compiled AppArmor profile allows, walked as the kernel walks it: it shares no code with profilegen.

Sources: security/apparmor/match.c (the tables and the walk) and policy_unpack.c (where they are) of Linux
6.12; include/match.h for the formats; libapparmor_re of apparmor 3.0.8 for the bits of a file's rights.
"""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Sequence

_MAGIC = struct.pack(">I", 0x1B5E783D)
_WORDS = {1: "B", 2: "H", 4: "I"}
"""A table's ``td_flags`` is the size of its entries."""
_ACCEPT, _BASE, _CHECK, _DEFAULT, _CLASSES, _NEXT = 1, 2, 3, 4, 5, 8
_DIFFERENCE = 0x80000000
"""MATCH_FLAG_DIFF_ENCODE: what this state lacks its default state has."""
_LETTERS = {0x01: "x", 0x02: "w", 0x04: "r", 0x08: "a", 0x10: "l", 0x20: "k", 0x40: "m"}
_OTHER = 14
"""Rights on files of another owner are this many bits above those on one's own."""
_ANY_RIGHT = 0x7F | 0x7F << _OTHER
_START = 1
"""From 0 no way leads out."""


def compiled(profile: str) -> bytes:
    """The binary form of one profile, by ``apparmor_parser``; AssertionError with what it said."""
    done = subprocess.run(
        ["apparmor_parser", "--stdout", "--skip-kernel-load", "--skip-cache"],
        input=profile.encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode() + profile
    return done.stdout


class FileRules:
    """The file rules of a compiled profile: an automaton over the bytes of a name."""

    def __init__(self, binary: bytes) -> None:
        start = binary.index(_MAGIC, binary.rindex(b"aadfa\0"))  # the first set of tables is not about files
        header, size = struct.unpack_from(">II", binary, start + 4)
        at = start + header
        tables: dict[int, Sequence[int]] = {}
        while at < start + size:
            kind, word, _, length = struct.unpack_from(">HHII", binary, at)
            tables[kind] = struct.unpack_from(f">{length}{_WORDS[word]}", binary, at + 12)
            at += (12 + length * word + 7) // 8 * 8
        self._accept, self._base, self._check = tables[_ACCEPT], tables[_BASE], tables[_CHECK]
        self._default, self._next = tables[_DEFAULT], tables[_NEXT]
        self._classes = tables.get(_CLASSES, range(256))

    @classmethod
    def of(cls, *rules: str) -> FileRules:
        """Those of a profile that has only these rules, written as in a profile, without their commas."""
        body = "".join(f"  {rule},\n" for rule in rules)
        return cls(compiled(f"abi <abi/3.0>,\ninclude <tunables/global>\nprofile x {{\n{body}}}\n"))

    def rights(self, name: bytes, *, owner: bool = False) -> str:
        """Letters of what may be done to a file of this name, sorted; the owner's, or anybody else's."""
        state = _START
        for byte in name:
            state = self._step(state, self._classes[byte])
        bits = self._accept[state] >> (0 if owner else _OTHER)
        return "".join(sorted(letter for bit, letter in _LETTERS.items() if bits & bit))

    def names(self, limit: int) -> list[bytes]:
        """The first names, in no order, that somebody has a right to: at most `limit`."""
        found: list[bytes] = []
        reached = [(_START, b"")]
        while reached and len(found) < limit:
            state, name = reached.pop()
            if self._accept[state] & _ANY_RIGHT:
                found.append(name)
            steps = ((self._step(state, label), byte) for byte, label in enumerate(self._classes))
            reached += [(after, name + bytes([byte])) for after, byte in steps if after]
        return found

    def _step(self, state: int, label: int) -> int:
        while True:
            entry = self._base[state]
            place = (entry & 0xFFFFFF) + label
            if self._check[place] == state:
                return self._next[place]
            state = self._default[state]
            if not entry & _DIFFERENCE:
                return state
