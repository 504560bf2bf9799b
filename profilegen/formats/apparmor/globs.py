"""AppArmor's patterns as regular expressions, to see what a rule is about without ``apparmor_parser``.

Only what our rules and those of engines use: octal escapes, no variable but @{PROC}, @{pid} and @{tid}.
Source: convert_aaregex_to_pcre in parser/parser_regex.c of apparmor 3.0.8; tunables/kernelvars.
"""

from __future__ import annotations

import re
from functools import cache

_TOKEN = re.compile(
    r"@\{(?:PROC|pid|tid)\}|\\[0-7]{3}|/\*\*|/\*|\*\*|\*|\?|\[\^?[^]]+\]|[{},]|[^][{}*?,@\\]+|@"
)
_REGEX = {
    "@{PROC}": "/proc",
    "@{pid}": "[1-9][0-9]{0,6}",
    "@{tid}": "[1-9][0-9]{0,6}",
    "/**": r"/[^/\0][^\0]*",
    "/*": r"/[^/\0][^/\0]*",
    "**": r"[^\0]*",
    "*": r"[^/\0]*",
    "?": r"[^/\0]",
    "{": "(?:",
    ",": "|",
    "}": ")",
}


@cache
def matcher(pattern: str) -> re.Pattern[bytes]:
    """What matches a path as a whole; a class such as ``[^a]`` stands for a slash, too."""
    text = "".join(_regex(token) for token in _TOKEN.findall(pattern))
    return re.compile(rb"%b\Z" % text.encode(), re.DOTALL)


def _regex(token: str) -> str:
    if token.startswith("\\"):
        return f"\\x{int(token[1:], 8):02x}"
    return token if token.startswith("[") else _REGEX.get(token) or re.escape(token)
