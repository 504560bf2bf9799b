"""Words that the kernel side, recordings and policies share, with the numbers that the C files give them.

Recordings hold the words, the kernel side the numbers; a test compares the numbers with the C files.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class _Numbered(StrEnum):
    """A word of recordings, and the number that stands for it in the C files."""

    number: int

    def __new__(cls, word: str, number: int) -> Self:
        """A member that equals its word and carries its number."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.number = number
        return member

    @classmethod
    def of_number(cls, number: int) -> Self:
        """The member with this number.

        Raises:
            ValueError: no member has it.
        """
        for member in cls:
            if member.number == number:
                return member
        raise ValueError(f"{number} is not a {cls.__name__}")


class _Bit(_Numbered):
    """A word whose number is a bit; 0 stands for no bit at all."""

    @classmethod
    def of_bits(cls, bits: int) -> tuple[Self, ...]:
        """The members whose bits are set, sorted by word; bits of other things are ignored."""
        return tuple(sorted(member for member in cls if member.number & bits))


class Phase(_Numbered):
    """``enum phase``: whose call it was, the runtime's before its execve or the program's after it."""

    RUNTIME = "runtime", 1
    APP = "app", 2


class SeccompMode(StrEnum):
    """Seccomp mode of the container while it was recorded."""

    FILTER = "filter"
    UNCONFINED = "unconfined"
    UNKNOWN = "unknown"


class Access(_Bit):
    """``ACCESS_*`` of path.h: what was done with a path, as AppArmor sees it."""

    READ = "read", 1
    WRITE = "write", 2
    MAP_EXEC = "map_exec", 4


class CapabilityUse(_Bit):
    """``enum check_flags``: how a capability came up, by a check or looked at without one."""

    CHECKED = "checked", 0
    INHERITABLE = "inheritable", 256
    """capset added it to the task's inheritable set."""
    AMBIENT = "ambient", 512
    """prctl added it to the task's ambient set."""
    PERMITTED = "permitted", 1024
    """capset left it of a fixed list: of a task that never read its sets, or below half of what it had."""
    CHOSEN = "chosen", 2048
    """capset left it as one of few, which the program chose from those that it had."""
    USER_NAMESPACE = "user namespace", 4096
    """A task that had it made a user namespace that maps the container's root."""


class Lost(_Numbered):
    """``enum lost``: what the tracer dropped, by the map or buffer that was full, or did not get to see."""

    CONTAINERS = "containers", 0
    TASKS = "tasks", 1
    PROGRAMS = "programs", 2
    ARGUMENTS = "arguments", 3
    REFUSED = "refused", 4
    UNKNOWN_SYSCALLS = "unknown_syscalls", 5
    PATHS = "paths", 6
    EVENTS = "events", 7
    """Anything: the kernel skipped one of the tracer's programs."""
    ANSWERED_SYSCALLS = "answered_syscalls", 8
    """Those that a filter of the program's own has answered: more waited at once than are looked through."""
    PORTS = "ports", 9


TESTS_KEPT = 10_000
"""Tests that a recording names. Those beyond are counted."""
LONGEST_TEST = 4096
"""Characters of a test's name; what is longer is cut."""
