"""What is known of a system call: number, first kernel, Docker's default, for each ABI. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from profilegen.capabilities import DOCKER_DEFAULT
from profilegen.errors import UsageError
from profilegen.tables.engines.docker_default import Rule, lists, rules
from profilegen.tables.multiplexed import SubCall, multiplexed
from profilegen.tables.syscalls import table
from profilegen.text import close_matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.abi import Abi


class DefaultAnswer(StrEnum):
    """What Docker's default profile gives a container with Docker's default capabilities."""

    ALLOWED = "allowed"
    CONDITIONAL = "conditional"
    """Allowed for some arguments."""
    REFUSED = "refused"
    KILLED = "killed"
    """The profile does not list the ABI."""
    NO_DOCKER = "no docker"
    """Docker does not exist for the architecture."""


@dataclass(frozen=True)
class TableEntry:
    """One call of one ABI."""

    abi: Abi
    name: str
    number: int | None
    """As ``seccomp_data.nr`` holds it; None: only through the multiplexer."""
    since: str | None
    through: SubCall | None
    """The multiplexer that can make the call, or must."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Those of Docker's default that a daemon on the native architecture has for the name."""
        if not lists(self.abi):
            return ()
        return tuple(rule for rule in rules().get(self.name, ()) if rule.on(self.abi.native))

    @property
    def answer(self) -> DefaultAnswer:
        """What Docker's default does, in short."""
        if not lists(self.abi):
            return DefaultAnswer.KILLED if self.abi.native.goarch else DefaultAnswer.NO_DOCKER
        opened = [
            rule
            for rule in self.rules
            if rule.errno is None and rule.applies(self.abi.native, DOCKER_DEFAULT)
        ]
        if not opened:
            return DefaultAnswer.REFUSED
        return DefaultAnswer.CONDITIONAL if all(rule.conditions for rule in opened) else DefaultAnswer.ALLOWED


def entries_of(text: str, abis: Iterable[Abi]) -> tuple[TableEntry, ...]:
    """A call by name (``openat``, ``__NR_openat``) or number (``257``, ``0x101``), for each ABI that has it.

    Raises:
        UsageError: none has it, with the names that come close.
    """
    chosen = tuple(abis)
    if text[:1].isdigit():
        found = tuple(_by_number(_number(text), chosen))
        close = ""
    else:
        name = text.lower().removeprefix("__nr_").removeprefix("sys_")
        found = tuple(entry for abi in chosen for entry in _by_name(abi, name))
        close = "" if found else close_matches(name, sorted({name for abi in chosen for name in _names(abi)}))
    if not found:
        where = chosen[0].value if len(chosen) == 1 else "no architecture"
        have = "has no call" if len(chosen) == 1 else "has a call"
        raise UsageError(f"{where} {have} {text[:100]!r}{close}", "profilegen tables --arch ARCH lists them")
    return found


def entries_on(abi: Abi) -> tuple[TableEntry, ...]:
    """All calls of an ABI, by number; then what only a multiplexer can call."""
    found = [entry for name in _names(abi) for entry in _by_name(abi, name)]
    return tuple(sorted(found, key=lambda entry: (entry.number is None, entry.number or 0, entry.name)))


def _names(abi: Abi) -> frozenset[str]:
    return table(abi).names | multiplexed(abi).keys()


def _by_name(abi: Abi, name: str) -> Iterator[TableEntry]:
    calls = table(abi)
    number, through = calls.number(name), multiplexed(abi).get(name)
    if number is not None or through is not None:
        yield TableEntry(abi, name, number, calls.since(name), through)


def _by_number(number: int, abis: Iterable[Abi]) -> Iterator[TableEntry]:
    for abi in abis:
        name = table(abi).name(number)
        if name is not None:
            yield from _by_name(abi, name)


def _number(text: str) -> int:
    try:
        return int(text[:100], 0)
    except ValueError:
        raise UsageError(
            f"{text[:100]!r} is neither a name nor a number", "profilegen tables openat"
        ) from None
