"""Paths of a container as AppArmor patterns. A path is hostile text: here it loses its teeth."""

from __future__ import annotations

from profilegen.text import path_bytes

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+:=@%~")

ANY_NUMBER = "[0-9]*"
"""Begins with a digit: a pattern cannot say more about what follows."""


def pattern(path: str) -> str | None:
    """The pattern of a path inside double quotes, numbers that differ from run to run generalised.

    Args:
        path: as a recording holds it, written by :func:`profilegen.text.path_text`.

    Returns:
        None where no file has this name, in a recording made by hand: it is not absolute, or has a NUL.
    """
    names = split(path)
    if names is None:
        return None
    if names[0] == b"proc":
        return "@{PROC}" + "".join(f"/{name}" for name in _proc(names[1:]))
    if names[:2] == [b"dev", b"pts"] and len(names) == 3 and names[2].isdigit():
        return f"/dev/pts/{ANY_NUMBER}"
    return "".join(f"/{literal(name)}" for name in names)


def split(path: str) -> list[bytes] | None:
    """The names that a recorded path consists of, from the root; None where no file has this path."""
    raw = path_bytes(path)
    return None if not raw.startswith(b"/") or b"\0" in raw else raw.split(b"/")[1:]


def literal(name: bytes) -> str:
    """A pattern that matches these bytes only.

    ``apparmor_parser`` (3.0.8, 4.1.0) takes an octal escape literally, that of ``?`` or a line end too.
    """
    return "".join(chr(byte) if byte in _PLAIN else f"\\{byte:03o}" for byte in name)


def _proc(names: list[bytes]) -> list[str]:
    """Below /proc: process, thread and descriptor have another number in every run."""
    general: list[str] = []
    rest = list(names)
    if rest and (rest[0] in (b"self", b"thread-self") or rest[0].isdigit()):
        general.append("@{pid}")
        del rest[0]
        if len(rest) > 1 and rest[0] == b"task" and rest[1].isdigit():
            general += ["task", "@{tid}"]
            del rest[:2]
        if len(rest) == 2 and rest[0] in (b"fd", b"fdinfo") and rest[1].isdigit():
            return [*general, literal(rest[0]), ANY_NUMBER]
    return general + [literal(name) for name in rest]
