"""The file rules of an AppArmor profile of ours, read back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from profilegen.formats.apparmor.globs import matcher
from profilegen.text import path_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

_RULE = re.compile(
    r'\s*(?P<deny>deny )?(?:"(?P<quoted>[^"]*)"|(?P<bare>[/@][^\s"]*)) (?P<letters>[a-z]+),(?:\s|$)'
)
_SIZE_LIMIT = 2000
"""Characters of one pattern: Linux has no longer path than 4096 bytes, and ours are shorter."""


class PathRule(NamedTuple):
    """One line about files."""

    pattern: str
    letters: frozenset[str]
    denied: bool = False

    def matches(self, raw: bytes) -> bool:
        """Whether it is about this path."""
        try:
            return matcher(self.pattern).match(raw) is not None
        except re.error:  # edited by hand to something that is not a pattern of ours
            return False


def path_rules(text: str) -> Iterator[PathRule]:
    """The lines about files; includes, and rules about other things, are left out."""
    for line in text.splitlines():
        found = _RULE.match(line)
        if found and len(pattern := found["quoted"] or found["bare"] or "") <= _SIZE_LIMIT:
            yield PathRule(pattern, frozenset(found["letters"]), bool(found["deny"]))


def letters_for(rules: tuple[PathRule, ...], path: str) -> frozenset[str]:
    """What the rules allow of a recorded path; a deny wins, as in the kernel."""
    raw = path_bytes(path)
    allowed: set[str] = set()
    denied: set[str] = set()
    for rule in rules:
        if rule.matches(raw):
            (denied if rule.denied else allowed).update(rule.letters)
    return frozenset(allowed - denied)
