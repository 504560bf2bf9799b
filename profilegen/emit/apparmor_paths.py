"""Paths of a container as AppArmor patterns. A path is hostile text: here it loses its teeth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profilegen.recording import Access

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+:=@%~")

_GENERAL = (
    # A pid, a thread, a descriptor and a terminal have another number in every run.
    (re.compile(r"^/proc/(?:self|thread-self|[0-9]+)(?=/|$)"), "@{PROC}/@{pid}"),
    (re.compile(r"^(@\{PROC\}/@\{pid\}/task)/[0-9]+(?=/|$)"), r"\1/@{tid}"),
    (re.compile(r"^(@\{PROC\}/@\{pid\}(?:/task/@\{tid\})?/(?:fd|fdinfo))/[0-9]+$"), r"\1/[0-9]*"),
    (re.compile(r"^/proc(?=/|$)"), "@{PROC}"),
    (re.compile(r"^(/dev/pts)/[0-9]+$"), r"\1/[0-9]*"),
)
_PATTERNS = re.compile(r"^(?:@\{PROC\}(?:/@\{pid\}(?:/task/@\{tid\})?)?)?|\[0-9\]\*$")

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
    """The quoted pattern of a path, numbers that differ from run to run generalised.

    Returns:
        None where no pattern means this path alone: it is not absolute, has control characters, or a
        question mark, which apparmor_parser 3.0.8 cannot take literally (it drops the backslash and
        leaves a regular expression's ``?``).
    """
    if not path.startswith("/") or any(char < " " or char in "\x7f?" for char in path):
        return None
    general = path
    for expression, replacement in _GENERAL:
        general = expression.sub(replacement, general)
    parts, end = [], 0
    for found in _PATTERNS.finditer(general):
        if path == general or found[0] == "":
            continue
        parts += [_literal(general[end : found.start()]), found[0]]
        end = found.end()
    parts.append(_literal(general[end:]))
    return f'"{"".join(parts)}"'


def _literal(text: str) -> str:
    """Text that matches itself: the parser reads an octal escape as a literal, whatever it stands for."""
    return "".join(
        chr(byte) if byte in _PLAIN else f"\\{byte:03o}" for byte in text.encode("utf-8", "surrogateescape")
    )
