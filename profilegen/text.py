"""Text of a hostile container: made safe for a terminal, and file names as text and back."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ESCAPE = re.compile(rb"\\x(5c|[89a-f][0-9a-f])")


def path_text(raw: bytes) -> str:
    r"""A file name as recordings hold it: a byte that is not UTF-8 becomes ``\xff``, a backslash ``\x5c``."""
    return raw.replace(b"\\", b"\\x5c").decode("utf-8", "backslashreplace")


def path_bytes(text: str) -> bytes:
    r"""The bytes that :func:`path_text` was given; never fails.

    What path_text never writes, but a recording made by hand may hold, stands for itself: a backslash
    before anything else (``\q``, ``\x41``, at the end). Half a surrogate pair is its three bytes.
    """
    raw = text.encode("utf-8", "surrogatepass")
    return _ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode()), raw)


def printable(text: str, limit: int | None = None) -> str:
    r"""The text on one line, with nothing in it that a terminal would obey.

    Control and format characters (escape sequences, line ends, bidi overrides, zero width), unassigned
    ones and exotic spaces become ``\x1b``, ``\u202e``, ``\U000e0001``; a byte that was not UTF-8
    (``surrogateescape``) becomes ``\xff``. Everything else stays, the backslash too: it is for the eye
    and cannot be read back.

    Args:
        text: anything.
        limit: the most characters to return; what is longer ends in an ellipsis.
    """
    # The first ``limit + 1`` characters decide, however many gigabytes follow.
    safe = "".join(_shown(char) for char in text[: None if limit is None else limit + 1])
    return safe if limit is None or len(safe) <= limit else safe[: max(limit - 1, 0)] + "…"


def json_text(content: Any) -> str:
    """JSON in its one form: sorted keys, two spaces, a final newline, and nothing but printable ASCII."""
    return json.dumps(content, indent=2, sort_keys=True).replace("\x7f", "\\u007f") + "\n"


def close_matches(word: str, known: Iterable[str]) -> str:
    """``; close are: A, B``, at most three of what is known, the closest first; empty if none is close."""
    import difflib  # noqa: PLC0415 - who types it right need not wait for it

    found = difflib.get_close_matches(word.lower()[:100], list(known), n=3)
    return f"; close are: {', '.join(found)}" if found else ""


def counted(number: int, noun: str) -> str:
    """``1 program``, ``2 programs``, ``0 capabilities``."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou") else f"{noun}s"
    return f"{number} {plural}"


def listed(items: Sequence[str], most: int) -> str:
    """The first ``most`` items, joined by commas, and how many more there are."""
    more = len(items) - most
    return ", ".join(items) if more <= 0 else f"{', '.join(items[:most])} and {more} more"


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # PEP 383: a stray byte B travels as U+DC00 + B
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
