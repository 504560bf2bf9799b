"""Docker's default seccomp profile as facts: ``docker_default.csv`` and ``docker_architectures.csv``."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, NamedTuple

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.conditions import Conjunction, conjunction
from profilegen.tables.rows import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

COMMIT, DATE = "cd3bed8061c7", "2026-06-30"
"""Of ``seccomp/default.json`` of github.com/moby/profiles, which the data was made from."""

DEFAULT_ERROR = "EPERM"
"""What a call gets that no rule applies to."""


class Rule(NamedTuple):
    """What a call gets: under conditions, for some capabilities, on some architectures."""

    name: str
    action: str
    errno: int | None
    """None: allowed."""
    conditions: Annotated[Conjunction, conjunction]
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


class _Architecture(NamedTuple):
    """One line of ``docker_architectures.csv``."""

    native: Abi
    compat: Abi | None


@cache
def rules() -> Mapping[str, tuple[Rule, ...]]:
    """All rules, by the name of the call.

    Raises:
        DataFileError: the data file is missing or damaged.
    """
    found = read("docker_default.csv", Rule)
    return {name: tuple(group) for name, group in groupby(found, key=lambda rule: rule.name)}


@cache
def architectures() -> Mapping[Abi, frozenset[Abi]]:
    """Compat ABIs that the profile lists, by the daemon's native ABI; all have the same rules.

    A native ABI that is not there is listed alone. What is not listed is killed: libseccomp's answer to a
    foreign architecture.
    """
    rows = read("docker_architectures.csv", _Architecture)
    return {
        native: frozenset(row.compat for row in group if row.compat)
        for native, group in groupby(rows, key=lambda row: row.native)
    }


def lists(abi: Abi) -> bool:
    """Whether the default profile of a daemon lets programs of this ABI make calls at all.

    False too where Go, and so Docker, does not exist.
    """
    return abi.native.goarch is not None and (
        abi is abi.native or abi in architectures().get(abi.native, frozenset())
    )
