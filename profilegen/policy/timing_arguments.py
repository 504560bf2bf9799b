"""Arguments that another run of the same program may use, by timing alone.

They are to recorded arguments what ``timing_closure`` is to recorded calls: what the
container's runtime alone did brings nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profilegen.conditions import in_words
from profilegen.policy.model import Severity
from profilegen.recording import Phase
from profilegen.seccomp.matching import allows, exactly
from profilegen.tables.timing_arguments import implied_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from profilegen.abi import Abi
    from profilegen.policy.draft import Draft
    from profilegen.tables.always_arguments import Combination


class ByTiming(NamedTuple):
    """What timing adds to the recorded arguments of a call."""

    combinations: frozenset[Combination]
    refused: frozenset[Combination]
    """Left out, because the measure refuses them."""
    reasons: tuple[str, ...]
    """Why, one a line of the data file that adds something."""


def by_timing(draft: Draft, name: str, recorded: AbstractSet[Combination]) -> ByTiming:
    """Find what is implied until nothing is missing; what the measure refuses implies nothing.

    Args:
        draft: the policy so far, with its measure and the capabilities that are kept.
        name: of the call.
        recorded: combinations that it was recorded with, the runtime's among them.
    """
    lines = [
        line
        for line in implied_arguments(draft.arch)
        if line.name == name and (line.abi == "any" or line.abi in draft.abis)
    ]
    base = draft.measure.allows_for(name, draft.arch, draft.kept)
    allowed = {
        item.values
        for item in draft.recording.arguments
        if item.name == name and set(item.phases) != {Phase.RUNTIME}
    }
    refused: set[Combination] = set()
    reasons: list[str] = []
    while due := [line for line in lines if line.seen <= allowed]:
        lines = [line for line in lines if line not in due]
        for line in due:
            new = sorted(line.values - allowed)
            within = [one for one in new if allows(base, exactly(draft.arch, name, dict(one)))]
            refused.update(set(new) - set(within))
            allowed.update(within)
            if added := [one for one in within if one not in recorded]:
                reasons.append(f"{_in_words(draft.arch, name, added)} ({line.evidence})")
    return ByTiming(frozenset(allowed - recorded), frozenset(refused), tuple(reasons))


def left_out(draft: Draft, timing: Mapping[str, ByTiming]) -> Draft:
    """Name what timing would have added to calls, if the measure did not refuse it."""
    refused = [
        f"{name} with {in_words(exactly(draft.arch, name, dict(one)))}"
        for name, added in sorted(timing.items())
        for one in sorted(added.refused)
    ]
    text = f"{{}}: left out, though timing decides about it; {draft.measure.title} refuses it"
    return draft.note_list(Severity.NOTE, text, refused)


def _in_words(arch: Abi, name: str, combinations: list[Combination]) -> str:
    return " or ".join(in_words(exactly(arch, name, dict(one))) for one in combinations)
