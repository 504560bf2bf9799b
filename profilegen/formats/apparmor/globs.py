"""AppArmor's patterns as regular expressions, to see what a rule is about without ``apparmor_parser``.

Only what the rules of engines use: no escapes, no variable but @{PROC}. Source: convert_aaregex_to_pcre in
parser/parser_regex.c of apparmor 3.0.8.
"""

from __future__ import annotations

import re
from functools import cache

_TOKEN = re.compile(r"@\{PROC\}/|/\*\*|/\*|\*\*|\*|\?|\[\^?[^]]+\]|[{},]|[^][{}*?,@]+")
_REGEX = {
    "@{PROC}/": "/proc/",
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
    return token if token.startswith("[") else _REGEX.get(token) or re.escape(token)
