"""Decisions by hand: what the project file allows and denies, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profilegen.tables.sockets import family_condition
from profilegen.text import printable

if TYPE_CHECKING:
    from datetime import date

    from profilegen.capabilities import Capability
    from profilegen.conditions import Conjunction
    from profilegen.vocabulary import Access


@dataclass(frozen=True, slots=True)
class Decision:
    """One ``[[subject.NAME.allow]]`` or ``[[subject.NAME.deny]]``: exactly one thing, and why.

    Attributes:
        allow: False: never, even if a recording has it.
        reason: the user's words; never empty.
        syscall: name of a call, empty: another thing.
        arguments: of the call: all of these must hold; nothing: whatever they are.
        capability: None: another thing.
        path: real path inside the container, as recordings write it; empty: another thing.
        access: what is done to the path.
        socket: an address family such as ``AF_ALG``, empty: another thing.
        errno: of a deny: what the call is answered, by its name; empty: the profile's default.
        expires: the last day on which it counts; None: it never ends.
        malformed: ``expires`` was not a date: it counts as expired.
        line: where the entry begins in its file, from 1.
    """

    allow: bool
    reason: str
    syscall: str = ""
    arguments: Conjunction = ()
    capability: Capability | None = None
    path: str = ""
    access: tuple[Access, ...] = ()
    socket: str = ""
    errno: str = ""
    expires: date | None = None
    malformed: bool = False
    line: int = 1

    @property
    def name(self) -> str:
        """What it is about: ``mlock``, ``CAP_CHOWN``, ``/etc/passwd``, ``AF_ALG``."""
        return self.syscall or (self.capability.value if self.capability else "") or self.path or self.socket

    @property
    def conditions(self) -> Conjunction:
        """The arguments that it is about, of a call or of ``socket``; nothing: whatever they are."""
        return (family_condition(self.socket),) if self.socket else self.arguments

    @property
    def said(self) -> str:
        """The reason as it stands beside a rule."""
        return f"by hand: {self.reason}"

    def expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.malformed or (self.expires is not None and self.expires < today)


def changes_nothing(decision: Decision) -> str:
    """A sentence about an entry that allows what is allowed without it."""
    name = printable(decision.name, 100)
    return f"the project file allows {name} by hand, and a recording has it too: the entry can go"
