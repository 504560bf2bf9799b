"""In which line of a project file an entry begins: tomllib does not say."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"\\\n]*"|'[^'\n]*')"""
_HEADER = re.compile(
    r"^[ \t]*\[\[\s*(?:tool\s*\.\s*profilegen\s*\.\s*)?"
    rf"subject\s*\.\s*({_NAME})\s*\.\s*(allow|deny)\s*\]\]",
    re.MULTILINE,
)


def entry_lines(text: str) -> Mapping[tuple[str, str], tuple[int, ...]]:
    """The lines, from 1, of the headers ``[[subject.NAME.allow]]``, in their order.

    Args:
        text: a file that tomllib has read.

    Returns:
        Lines by the subject and ``allow`` or ``deny``; nothing of entries that have no header of their own.
    """
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for match in _HEADER.finditer(text):
        name, kind = match[1].strip("\"'"), match[2]
        found[name, kind].append(text.count("\n", 0, match.start()) + 1)
    return {key: tuple(lines) for key, lines in found.items()}
