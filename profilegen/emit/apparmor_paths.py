"""Paths of a container as AppArmor patterns. A path is hostile text: here it loses its teeth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profilegen.recording import Access

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+:=@%~")

_ANY_NUMBER = "[0-9]*"

_LIBRARY = re.compile(r"^/(?:usr/)?lib(?:32|64)?/")
_SHARED_OBJECT = re.compile(r"\.so[^/]*$")
_BASE = {
    "/dev/full": {Access.READ, Access.WRITE},
    "/dev/null": {Access.READ, Access.WRITE},
    "/dev/zero": {Access.READ, Access.WRITE},
    "/dev/random": {Access.READ},
    "/dev/urandom": {Access.READ},
    "/etc/ld.so.cache": {Access.READ, Access.MAP_EXEC},
    "/etc/ld.so.preload": {Access.READ},
}
"""Single files of abstractions/base (AppArmor 3.0.8)."""


def in_base(path: str, access: AbstractSet[Access]) -> bool:
    """Whether abstractions/base allows this already: libraries and a few devices."""
    if path in _BASE:
        return access <= _BASE[path]
    if not _LIBRARY.match(path):
        return False
    if _SHARED_OBJECT.search(path):
        return access <= {Access.READ, Access.MAP_EXEC}
    return access <= {Access.READ}


def pattern(path: str) -> str | None:
    """The pattern of a path inside double quotes, numbers that differ from run to run generalised.

    Returns:
        None where no pattern means this path alone: it is not absolute, has control characters, or a
        question mark, which apparmor_parser 3.0.8 cannot take literally (it drops the backslash and
        leaves a regular expression's ``?``).
    """
    if not path.startswith("/") or any(char < " " or char in "\x7f?" for char in path):
        return None
    names = path.split("/")[1:]
    try:
        if names[0] == "proc":
            return "@{PROC}" + "".join(f"/{name}" for name in _proc(names[1:]))
        if names[:2] == ["dev", "pts"] and len(names) == 3 and _number(names[2]):
            return f"/dev/pts/{_ANY_NUMBER}"
        return "".join(f"/{_literal(name)}" for name in names)
    except UnicodeEncodeError:  # half a surrogate pair: no file has such a name
        return None


def _proc(names: list[str]) -> list[str]:
    """Below /proc: process, thread and descriptor have another number in every run."""
    general: list[str] = []
    rest = list(names)
    if rest and (rest[0] in ("self", "thread-self") or _number(rest[0])):
        general.append("@{pid}")
        del rest[0]
        if len(rest) > 1 and rest[0] == "task" and _number(rest[1]):
            general += ["task", "@{tid}"]
            del rest[:2]
        if len(rest) == 2 and rest[0] in ("fd", "fdinfo") and _number(rest[1]):
            return [*general, rest[0], _ANY_NUMBER]
    return general + [_literal(name) for name in rest]


def _number(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _literal(text: str) -> str:
    """Text that matches itself: the parser takes an octal escape literally, whatever it stands for."""
    return "".join(
        chr(byte) if byte in _PLAIN else f"\\{byte:03o}" for byte in text.encode("utf-8", "surrogateescape")
    )
