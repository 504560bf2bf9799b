"""Docker's default seccomp profile, the measure of what is wide (``docker_default.csv``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from profilegen.capabilities import Capability
from profilegen.errors import DataFileError
from profilegen.policy.model import Condition, Operator
from profilegen.syscalls import table
from profilegen.tables import Row, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from profilegen.arch import Abi

_COLUMNS = (
    *("name", "action", "errno", "conditions"),
    *("caps", "without_caps", "arches", "without_arches", "min_kernel"),
)

Alternatives = tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True)
class Opening:
    """A rule that allows a call: under conditions, for some capabilities, on some architectures."""

    name: str
    conditions: tuple[Condition, ...]
    caps: frozenset[Capability]
    """All of them must be in the bounding set."""
    without_caps: frozenset[Capability]
    """None of them may be."""
    arches: frozenset[str]
    """Native architectures by Docker's names; empty: every one."""
    without_arches: frozenset[str]

    def applies(self, arch: Abi, kept: AbstractSet[Capability]) -> bool:
        """Whether the rule is in the filter of a container with these capabilities.

        Kernels are not looked at: the only limit in the data is 4.8, and recording needs a newer one.
        """
        return (
            self.caps <= kept
            and not self.without_caps & kept
            and (not self.arches or arch.docker in self.arches)
            and arch.docker not in self.without_arches
        )


@cache
def openings() -> Mapping[str, tuple[Opening, ...]]:
    """The rules that allow something, by the name of the call.

    Raises:
        DataFileError: the data file is missing or damaged.
    """
    try:
        rows = read_rows("docker_default.csv", _COLUMNS)
        rules = [_opening(row) for row in rows if row["action"] == "allow"]
    except ValueError as error:
        raise DataFileError(f"the data file docker_default.csv has a damaged line: {error}") from error
    return {name: tuple(group) for name, group in groupby(rules, key=lambda rule: rule.name)}


def opened(name: str, arch: Abi, kept: AbstractSet[Capability]) -> Alternatives | None:
    """How Docker's default allows a call to a container with these capabilities.

    Returns:
        None if it refuses the call, nothing in the tuple if it always allows it, else the
        alternative conditions.
    """
    found = [rule for rule in openings().get(name, ()) if rule.applies(arch, kept)]
    if not found:
        return None
    if any(not rule.conditions for rule in found):
        return ()
    return tuple(rule.conditions for rule in found)


def opening_capabilities(name: str, arch: Abi) -> tuple[Capability, ...]:
    """The capabilities one of which would make Docker's default allow the call."""
    return tuple(
        sorted(
            {
                capability
                for rule in openings().get(name, ())
                if rule.applies(arch, rule.caps)
                for capability in rule.caps
            }
        )
    )


def allowed_names(arch: Abi, kept: AbstractSet[Capability]) -> frozenset[str]:
    """The calls of an architecture that Docker's default allows, with conditions or without."""
    return frozenset(name for name in table(arch).names if opened(name, arch, kept) is not None)


def _opening(row: Row) -> Opening:
    return Opening(
        name=row["name"],
        conditions=tuple(_condition(text) for text in row["conditions"].split(";") if text),
        caps=frozenset(map(Capability, row["caps"].split())),
        without_caps=frozenset(map(Capability, row["without_caps"].split())),
        arches=frozenset(row["arches"].split()),
        without_arches=frozenset(row["without_arches"].split()),
    )


def _condition(text: str) -> Condition:
    index, operator, value, value_two = text.split(" ")
    return Condition(
        index=int(index),
        operator=Operator(f"SCMP_CMP_{operator}"),
        value=int(value),
        value_two=int(value_two),
    )
