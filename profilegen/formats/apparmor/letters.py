"""The letters of AppArmor's rules about files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.vocabulary import Access

if TYPE_CHECKING:
    from profilegen.policy.model import FileRule

_PERMISSIONS = {Access.MAP_EXEC: "m", Access.READ: "r", Access.WRITE: "wk"}
"""Who may write a file may lock it: ``k`` takes nothing more away from anybody."""
ORDER = "mrwkix"
"""In which letters are written."""


def letters_of(rule: FileRule) -> frozenset[str]:
    """The letters of a rule about files."""
    letters = (letter for access in rule.access for letter in _PERMISSIONS[access])
    return frozenset(letters) | frozenset("mix" if rule.execute else "")
