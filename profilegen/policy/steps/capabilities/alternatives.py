"""Step: where the kernel asks for capabilities in turn and one of them is enough, one is kept.

Which one was granted depends on what the container had while it was recorded: with everything it is the one
that the kernel asks for first, with Docker's default often the next one. Kept is what the container needs
anyway, else what the measure has, else the least powerful one that the recorded engine has a name for.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from profilegen.policy.capability_need import needed_checks
from profilegen.policy.capability_rules import keep, reason_of
from profilegen.policy.model import CapabilityRule, Reason, Severity, Why
from profilegen.tables.capabilities.capability_powers import by_power
from profilegen.tables.engines.engine_capabilities import unknown_until
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from profilegen.capabilities import Capability
    from profilegen.policy.draft import Draft
    from profilegen.recording import CapabilityCheck, Container

    Choice = frozenset[Capability]
    """Capabilities of which one is enough."""


def one_of_each(draft: Draft) -> Draft:
    """Keep one capability for each need that several meet, with who asked; name the others."""
    needs: dict[Choice, list[CapabilityCheck]] = defaultdict(list)
    for check in needed_checks(draft.recording):
        if len(check.enough) > 1:
            needs[check.enough].append(check)
    left = {need: checks for need, checks in needs.items() if not need & draft.kept}
    met = {
        one: {need: checks for need, checks in left.items() if one in need}
        for one in sorted(_chosen(left.keys(), draft))
    }
    draft = keep(draft, (_rule(one, its) for one, its in met.items()))
    texts = (_newer(one, its, draft.recording.containers) for one, its in met.items())
    return draft.note(Severity.NOTE, *(text for text in texts if text))


def _chosen(needs: Collection[Choice], draft: Draft) -> set[Capability]:
    """One of each need, and none that the others make dispensable."""

    def preferred(capability: Capability) -> tuple[bool, bool, tuple[int, int]]:
        unknown = any(_brought_by(one, capability) for one in draft.recording.containers)
        return unknown, capability not in draft.measure.capabilities, by_power(capability)

    chosen = {min(need, key=preferred) for need in needs}
    for one in sorted(chosen, key=by_power, reverse=True):
        if all(need & (chosen - {one}) for need in needs):
            chosen.remove(one)
    return chosen


def _rule(capability: Capability, needs: Mapping[Choice, list[CapabilityCheck]]) -> CapabilityRule:
    """The rule of a capability that meets these needs."""
    texts = {_reason(capability, need, check) for need, checks in needs.items() for check in checks}
    return CapabilityRule(
        capability=capability,
        reasons=tuple(Reason(why=Why.OBSERVED, text=text) for text in sorted(texts)),
        instead=tuple(sorted(frozenset.intersection(*needs) - {capability})),
    )


def _reason(kept: Capability, need: Choice, check: CapabilityCheck) -> str:
    text = reason_of(check)
    if check.capability is not kept:
        return f"{check.capability.docker} was {text}, and this one is enough for that"
    others = " or ".join(sorted(one.docker for one in need - {kept}))
    return f"{text}, for which {others} is enough too"


def _newer(kept: Capability, needs: Iterable[Choice], containers: Iterable[Container]) -> str | None:
    """What to give instead under a newer engine than a recorded one; None: nothing that is less powerful."""
    others = {min(need - {kept}, key=by_power) for need in needs}
    less = sorted(one for one in others if by_power(one) < by_power(kept))
    for container in containers:
        since = next((found for one in less if (found := _brought_by(container, one))), None)
        if since and len(less) == len(others):
            names = " and ".join(one.docker for one in less)
            verb = "is" if len(less) == 1 else "are"
            engine = f"{container.engine.capitalize()} {printable(container.engine_version, 40)}"
            return (
                f"{kept.docker} is kept where {names} {verb} enough, which {engine} does not know: from "
                f"{since} on give {' '.join(f'--cap-add={one.docker}' for one in less)} in its place"
            )
    return None


def _brought_by(container: Container, capability: Capability) -> str | None:
    return unknown_until(container.engine, container.engine_version, capability)
