"""Names that a program made up: what is left of them without the part that is another one each time.

A name that a user gave stays whole: numbers of up to seven digits (``web-2``, ``app-8080``), dates
(``db-20240131``), and words with a number behind them (``node18``, ``web-abc12``) are not random tails.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

_GENERATED = re.compile(r"([a-z]+)_[a-z]+[0-9]?")
"""adjective_surname (moby, pkg/namesgenerator), which Podman uses too."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_TAILS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\.(?:[0-9]+|[0-9a-z]{25})\.[0-9a-z]{25}\Z",  # Swarm: slot or node, and task
        # Kubernetes: a ReplicaSet's hash, decimal digits in other letters, and five without vowels
        r"-[4-9bcdf]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\Z",
        rf"[-_.]?{_UUID}\Z",
    )
)
_WHOLE = tuple(
    re.compile(pattern)
    for pattern in (
        r"[0-9a-f]{32}_.+_[0-9a-f]{6}",  # GitHub's runner: job, image, and six digits
        r"runner-.+-project-[0-9]+-concurrent-[0-9]+.*",  # GitLab's
    )
)
_HEAD = re.compile(r"[0-9a-f]{12,64}[-_.]")
_LAST = re.compile(r"[-_.]?([0-9A-Za-z]+)\Z")
_DATE = re.compile(r"[a-f]*(?:19|20)[0-9]{2}(?:(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01]))?")
_HARNESSES = frozenset({"pytest", "test", "testcontainers", "tmp"})
"""What is left of a test tool's name says nothing about the container."""


def is_generated(name: str) -> bool:
    """True for a name that is nothing but made up by an engine or a runner of CI jobs."""
    found = _GENERATED.fullmatch(name)
    if not name or any(whole.fullmatch(name) for whole in _WHOLE):
        return True
    return found is not None and found[1] in _adjectives()


def given_name(name: str) -> str:
    """The part of a container's name that a user gave; empty if there is none."""
    rest = name
    while not is_generated(rest):
        shorter = _without_tail(rest)
        if shorter == rest:
            return "" if rest != name and rest in _HARNESSES else rest
        rest = shorter
    return ""


def _without_tail(name: str) -> str:
    for tail in _TAILS:
        found = tail.search(name)
        if found is not None:
            return name[: found.start()]
    head = _HEAD.match(name)
    if head is not None and _has_digit(head[0]):
        return name[head.end() :]
    last = _LAST.search(name)
    if last is not None and _looks_random(last[1], alone=last.start() == 0):
        return name[: last.start()]
    return name


def _looks_random(text: str, *, alone: bool) -> bool:
    """True for hexadecimal, long decimal and very long mixed parts; ``alone``: nothing stands before it."""
    if re.fullmatch(r"[0-9a-f]+", text) and _has_digit(text):
        if alone:
            return len(text) >= 12
        if len(text) >= 8:
            return not _DATE.fullmatch(text)
        word_and_number = re.fullmatch(r"[a-f]*[0-9]+", text)  # a number alone may be a port or a year
        return len(text) >= 6 and not word_and_number
    return len(text) >= 16 and _changes(text) >= 4


def _changes(text: str) -> int:
    """Count of places where a digit follows a letter or a letter a digit."""
    return sum(one.isdigit() != other.isdigit() for one, other in pairwise(text))


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


@cache
def _adjectives() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "adjectives.txt").read_text().split())
