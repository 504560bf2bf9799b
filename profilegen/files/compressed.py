"""Gzip: the same bytes for the same text, and back within a limit."""

from __future__ import annotations

import gzip
import zlib

GZIP = ".gz"
"""How the name of a compressed file ends."""
GZIP_MAGIC = b"\x1f\x8b"
"""How its content begins (RFC 1952)."""
_WINDOW = 16 + zlib.MAX_WBITS  # zlib.h, inflateInit2: a gzip header is expected


def packed(text: str) -> bytes:
    """A text, compressed: without a time or a name."""
    return gzip.compress(text.encode(), mtime=0)


def unpacked(content: bytes, limit: int) -> bytes:
    """The content that was compressed, or the first ``limit + 1`` bytes of it.

    Raises:
        ValueError: it is damaged, cut, or followed by something else.
    """
    engine = zlib.decompressobj(_WINDOW)
    try:
        text = engine.decompress(content, limit + 1)
    except zlib.error as error:
        raise ValueError(f"it is damaged ({error})") from error
    if len(text) <= limit and (not engine.eof or engine.unused_data):
        raise ValueError("it is compressed, and cut or followed by something else")
    return text
