"""What a compiled AppArmor profile allows, walked as the kernel walks it: it shares no code with profilegen.

Sources: security/apparmor/match.c (the tables and the walk) and policy_unpack.c (where they are) of Linux
6.12; include/match.h for the formats; libapparmor_re of apparmor 3.0.8 for the bits of a file's rights.
"""

from __future__ import annotations

import struct
import subprocess
from collections import deque
from collections.abc import Sequence
from pathlib import Path

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


ALL_FEATURES = Path("/etc/apparmor.d/abi/3.0")
"""A kernel that mediates whatever this ABI knows, unix sockets too, as Ubuntu's do."""
_CREATE = 0x10
_PTRACE_LETTERS = {0x02: "w", 0x04: "r", 0x08: "a", 0x10: "c"}
_SIGNAL, _PTRACE, _NETWORK = 10, 9, 14
"""AA_CLASS_* of include/apparmor.h."""


def compiled(profile: str, features: Path | None = None, include: Path | None = None) -> bytes:
    """The binary form of one profile, by ``apparmor_parser``; AssertionError with what it said.

    Args:
        profile: its text.
        features: what the kernel mediates; None: this machine's kernel, which may have no AppArmor.
        include: a folder to look for included files in, beside /etc/apparmor.d.
    """
    options = [] if features is None else [f"--kernel-features={features}"]
    options += [] if include is None else [f"--Include={include}"]
    done = subprocess.run(
        ["apparmor_parser", "--stdout", "--skip-kernel-load", "--skip-cache", *options],
        input=profile.encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode() + profile
    return done.stdout


class _Automaton:
    """One set of tables of a compiled profile: an automaton over bytes."""

    def __init__(self, binary: bytes, place: int) -> None:
        start = binary.index(_MAGIC, place)
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

    def _walk(self, text: bytes) -> int:
        state = _START
        for byte in text:
            state = self._step(state, self._classes[byte])
        return state

    def _step(self, state: int, label: int) -> int:
        while True:
            entry = self._base[state]
            place = (entry & 0xFFFFFF) + label
            if self._check[place] == state:
                return self._next[place]
            state = self._default[state]
            if not entry & _DIFFERENCE:
                return state


class FileRules(_Automaton):
    """The file rules of a compiled profile: an automaton over the bytes of a name."""

    def __init__(self, binary: bytes) -> None:
        super().__init__(binary, binary.rindex(b"aadfa\0"))  # the first set of tables is not about files

    @classmethod
    def of(cls, *rules: str) -> FileRules:
        """Those of a profile that has only these rules, written as in a profile, without their commas."""
        body = "".join(f"  {rule},\n" for rule in rules)
        return cls(compiled(f"abi <abi/3.0>,\ninclude <tunables/global>\nprofile x {{\n{body}}}\n"))

    def rights(self, name: bytes, *, owner: bool = False) -> str:
        """Letters of what may be done to a file of this name, sorted; the owner's, or anybody else's."""
        bits = self._accept[self._walk(name)] >> (0 if owner else _OTHER)
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

    def beyond(self, other: FileRules) -> bytes | None:
        """A shortest name that somebody has a right to that `other` does not give; None if there is none."""
        pending = deque([(_START, _START, b"")])
        reached = {(_START, _START)}
        while pending:
            mine, theirs, name = pending.popleft()
            if self._accept[mine] & _ANY_RIGHT & ~other._accept[theirs]:
                return name
            for byte in range(256):
                after = self._step(mine, self._classes[byte]), other._step(theirs, other._classes[byte])
                if after[0] and after not in reached:
                    reached.add(after)
                    pending.append((*after, name + bytes([byte])))
        return None


class OtherRules(_Automaton):
    """Signals, ptrace and sockets of a compiled profile (security/apparmor/task.c, net.c, ipc.c)."""

    def __init__(self, binary: bytes) -> None:
        super().__init__(binary, binary.index(b"aadfa\0", binary.index(b"policydb\0")))

    def receives(self, number: int, label: str) -> bool:
        """Whether a process with this label may send this signal."""
        return bool(self._accept[self._walk(bytes([_SIGNAL, number]) + label.encode())] & 0x04)

    def sends(self, number: int, label: str) -> bool:
        """Whether this signal may be sent to a process with this label."""
        return bool(self._accept[self._walk(bytes([_SIGNAL, number]) + label.encode())] & 0x02)

    def traces(self, label: str) -> str:
        """What ptrace may do with this label: ``w`` trace, ``r`` read, ``a`` be traced, ``c`` be read."""
        bits = self._accept[self._walk(bytes([_PTRACE]) + label.encode())]
        return "".join(letter for bit, letter in _PTRACE_LETTERS.items() if bits & bit)

    def socket(self, family: int, kind: int) -> bool:
        """Whether a socket of this family and type may be made, of the family's default protocol."""
        made = self._walk(struct.pack(">BHH", _NETWORK, family, kind))
        mediated = self._walk(struct.pack(">BHHH", _NETWORK, family, kind, 0))
        return bool((self._accept[made] | self._accept[mediated]) & _CREATE)
