"""Parts of file names that are others in every run become wildcards, so that two recordings make one profile.

Only where the name itself shows it. A wildcard never stands for a slash.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from profilegen.formats.apparmor.patterns import ANY_NUMBER, literal, split
from profilegen.recording import Access
from profilegen.text import path_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from profilegen.policy.model import FileRule

_TEMPORARY = ((b"tmp",), (b"var", b"tmp"), (b"run",), (b"dev", b"shm"))
"""Folders whose content nobody expects to find again: there folders have random names, too."""

_INSTALLED = frozenset(b"bin boot dev etc lib lib32 lib64 opt proc sbin sys usr".split())
"""Folders of programs, settings and the kernel: there a number is a version, a port or an index."""


_NAME_MAX = 255
"""Bytes of a name on any file system of Linux; in a recording made by hand one may have megabytes."""


class _Reach(IntEnum):
    """Where a rule holds: each place and those before it."""

    TEMPORARY = 1
    """Below a temporary folder: names of files and folders, read or written."""
    DATA = 2
    """Elsewhere the last name of a file that is written, unless something is installed there."""
    WRITTEN = 3
    """The last name of any file that is written."""


class General(NamedTuple):
    """A pattern for all paths of a kind, and which parts of them differ."""

    pattern: str
    parts: frozenset[str]
    fixed: bytes
    """What all of them begin with."""


class _Rule(NamedTuple):
    reach: _Reach
    regex: re.Pattern[bytes]
    """Its group is the part that differs."""
    wildcard: str
    """What stands for the part; ``?`` stands for each of its bytes."""
    part: str


def _rule(reach: _Reach, regex: bytes, wildcard: str, part: str) -> _Rule:
    return _Rule(reach, re.compile(regex, re.DOTALL), wildcard, part)


_ALONE = (rb"(?<![0-9A-Za-z])(", rb")(?![0-9A-Za-z])")
_UUID = rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_SIX = rb"((?!(?:[A-Z]?[a-z]*|[A-Z]+)[0-9]*\Z)[0-9A-Za-z]{6})\Z"
"""The end that mkstemp(3) makes. No word and no number: 3 of 100 random ones look like one."""

_RULES = (
    _rule(_Reach.DATA, _UUID.join(_ALONE), "-".join("?" * digits for digits in (8, 4, 4, 4, 12)), "a UUID"),
    _rule(_Reach.DATA, rb"[0-9A-Fa-f]{16,}".join(_ALONE), "[0-9A-Fa-f]*", "a hexadecimal number"),
    # mktemp(1); tempfile and multiprocessing of Python; sessions of PHP.
    _rule(_Reach.TEMPORARY, rb"^tmp\.([0-9A-Za-z]{10})\Z", "?", "a random name"),
    _rule(
        _Reach.TEMPORARY, rb"^(?:tmp|pymp-|sem\.mp-|psm_)([0-9a-z_]{8})(?![0-9A-Za-z_])", "?", "a random name"
    ),
    _rule(_Reach.DATA, rb"^sess_([0-9A-Za-z,-]{22,48})\Z", "?", "a random name"),
    # sed -i writes beside the file that it replaces; Python writes bytecode under the address of an object.
    _rule(_Reach.WRITTEN, rb"^sed" + _SIX, "?", "a random name"),
    _rule(_Reach.WRITTEN, rb"\.pyc\.([0-9]+)\Z", ANY_NUMBER, "a number"),
    _rule(_Reach.TEMPORARY, rb"[._-]" + _SIX, "?", "a random name"),
    # A process or a counter; no version of a library, nor the last number of 1.2.
    _rule(_Reach.DATA, rb"^(?!.*\.so\.).*[^0-9.]\.([0-9]+)\Z", ANY_NUMBER, "a number"),
    _rule(_Reach.DATA, rb"^te?mp[._-]?([0-9]+)(?![0-9A-Za-z])", ANY_NUMBER, "a number"),
)
_NUMBERED = _rule(_Reach.DATA, rb"^([0-9]+)(?:_[a-z]+)?\Z", ANY_NUMBER, "a number")
"""An object or a process, of files alone: a folder that is called by a number may be a version's."""


def generalised(rules: Sequence[FileRule]) -> Iterator[tuple[FileRule, General | None]]:
    """Each rule with the pattern of its kind, if it has one.

    None, too, where the path of a program begins as the pattern does: no wildcard gives a right on what is
    executed or mapped executable.
    """
    programs = sorted(path_bytes(rule.path) for rule in rules if _runs(rule))
    for rule in rules:
        general = None if _runs(rule) else generalise(rule.path, written=Access.WRITE in rule.access)
        if general is not None:
            first = bisect_left(programs, general.fixed)
            if any(program.startswith(general.fixed) for program in programs[first : first + 1]):
                general = None
        yield rule, general


def _runs(rule: FileRule) -> bool:
    return rule.execute or Access.MAP_EXEC in rule.access


def generalise(path: str, *, written: bool) -> General | None:
    """A pattern for all paths that differ from this one by chance; None if it shows nothing of that kind.

    Args:
        path: as a recording holds it, of a file that is neither executed nor mapped executable.
        written: it was opened to write.
    """
    names = split(path)
    if names is None:
        return None
    temporary = next((len(top) for top in _TEMPORARY if tuple(names[: len(top)]) == top), None)
    if temporary is not None:
        reach, first = _Reach.TEMPORARY, temporary
    elif written:
        reach, first = _Reach.WRITTEN if names[0] in _INSTALLED else _Reach.DATA, len(names) - 1
    else:
        return None
    found = [[] if place < first else _parts(name, reach) for place, name in enumerate(names[:-1])]
    found.append(_parts(names[-1], reach, file=True))
    place = next((place for place, parts in enumerate(found) if parts), None)
    if place is None:
        return None
    return General(
        "".join("/" + _with_wildcards(name, parts) for name, parts in zip(names, found, strict=True)),
        frozenset(part.what for parts in found for part in parts),
        b"".join(b"/" + name for name in names[:place]) + b"/" + names[place][: found[place][0].start],
    )


class _Part(NamedTuple):
    start: int
    end: int
    wildcard: str
    what: str


def _parts(name: bytes, reach: _Reach, *, file: bool = False) -> list[_Part]:
    """What differs in a name, from left to right; the first rule that finds a part has it."""
    found: list[_Part] = []
    if len(name) > _NAME_MAX:
        return found
    for rule in (*_RULES, _NUMBERED) if file else _RULES:
        for match in rule.regex.finditer(name) if rule.reach >= reach else ():
            start, end = match.span(1)
            if all(end <= other.start or other.end <= start for other in found):
                wildcard = "?" * (end - start) if rule.wildcard == "?" else rule.wildcard
                found.append(_Part(start, end, wildcard, rule.part))
    return sorted(found)


def _with_wildcards(name: bytes, parts: Iterable[_Part]) -> str:
    text, done = "", 0
    for part in parts:
        text += literal(name[done : part.start]) + part.wildcard
        done = part.end
    return text + literal(name[done:])
