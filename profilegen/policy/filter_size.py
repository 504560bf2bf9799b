"""Limit on the conditions of a profile: a filter has 4,096 instructions at most, for all ABIs together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.tables.arguments import MAX_COMBINATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.tables.always_arguments import Combination

MAX_RULES = 256
"""Conditional rules of all calls together, times the ABIs that the filter is made for.

BPF_MAXINSNS of include/uapi/linux/bpf_common.h; libseccomp 2.5.4 makes one instruction of a
rule for one argument, seven for two, measured; of 600 such pairs it makes nothing within a minute.
"""

_LIMITS = (MAX_COMBINATIONS, 32, 16, 8, 4, 2, 0)


def few_enough(
    exact: Mapping[str, frozenset[Combination]], abis: int
) -> tuple[Mapping[str, frozenset[Combination]], int]:
    """The calls whose combinations fit, and how many combinations one of them may have.

    A call that has too many counts with the limit all the same, so that more combinations never make a limit
    larger: a larger recording would give a smaller profile.
    """
    limit = next(
        limit for limit in _LIMITS if abis * sum(min(len(one), limit) for one in exact.values()) <= MAX_RULES
    )
    return {name: one for name, one in exact.items() if len(one) <= limit}, limit
