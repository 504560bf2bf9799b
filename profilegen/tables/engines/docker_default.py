"""Docker's default seccomp profile as facts: ``docker_default.csv`` and ``docker_architectures.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.conditions import Conjunction, conjunction
from profilegen.errors import DataFileError
from profilegen.tables.rows import Row, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

COMMIT, DATE = "cd3bed8061c7", "2026-06-30"
"""Of ``seccomp/default.json`` of github.com/moby/profiles, which the data was made from."""

DEFAULT_ERRNO = 1
"""EPERM: what a call gets that no rule applies to."""

_COLUMNS = (
    *("name", "action", "errno", "conditions"),
    *("caps", "without_caps", "arches", "without_arches", "min_kernel"),
)


@dataclass(frozen=True)
class Rule:
    """What a call gets: under conditions, for some capabilities, on some architectures."""

    name: str
    errno: int | None
    """None: allowed."""
    conditions: Conjunction
    caps: frozenset[Capability]
    """All of them must be in the bounding set."""
    without_caps: frozenset[Capability]
    """None of them may be."""
    arches: frozenset[str]
    """Native architectures of the daemon; empty: every one."""
    without_arches: frozenset[str]
    min_kernel: str
    """``major.minor``, empty: every one."""

    def on(self, arch: Abi) -> bool:
        """Whether the rule is for daemons of this native architecture."""
        name = arch.moby
        return (not self.arches or name in self.arches) and name not in self.without_arches

    def applies(self, arch: Abi, kept: AbstractSet[Capability]) -> bool:
        """Whether the rule is in the filter of a container with these capabilities.

        Kernels are not looked at: the only limit in the data is 4.8, and recording needs a newer one.
        """
        return self.on(arch) and self.caps <= kept and not self.without_caps & kept


@cache
def rules() -> Mapping[str, tuple[Rule, ...]]:
    """All rules, by the name of the call.

    Raises:
        DataFileError: the data file is missing or damaged.
    """
    try:
        found = [_rule(row) for row in read_rows("docker_default.csv", _COLUMNS)]
    except ValueError as error:
        raise DataFileError(f"the data file docker_default.csv has a damaged line: {error}") from error
    return {name: tuple(group) for name, group in groupby(found, key=lambda rule: rule.name)}


@cache
def architectures() -> Mapping[Abi, frozenset[Abi]]:
    """By the daemon's native ABI the others that the profile lists, all with the same rules.

    A native ABI that is not there is listed alone. What is not listed is killed: libseccomp's answer to a
    foreign architecture.
    """
    rows = read_rows("docker_architectures.csv", ("native", "compat"))
    return {
        Abi(native): frozenset(Abi(row["compat"]) for row in group if row["compat"])
        for native, group in groupby(rows, key=lambda row: row["native"])
    }


def lists(abi: Abi) -> bool:
    """Whether the default profile of a daemon lets programs of this ABI make calls at all.

    False too where Go, and so Docker, does not exist.
    """
    return abi.native.goarch is not None and (
        abi is abi.native or abi in architectures().get(abi.native, frozenset())
    )


def _rule(row: Row) -> Rule:
    return Rule(
        name=row["name"],
        errno=None if row["action"] == "allow" else int(row["errno"]),
        conditions=conjunction(row["conditions"]),
        caps=frozenset(map(Capability, row["caps"].split())),
        without_caps=frozenset(map(Capability, row["without_caps"].split())),
        arches=frozenset(row["arches"].split()),
        without_arches=frozenset(row["without_arches"].split()),
        min_kernel=row["min_kernel"],
    )
