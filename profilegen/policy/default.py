"""Docker's default seccomp profile, the measure of what is wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.docker_default import Rule, rules
from profilegen.policy.model import Condition
from profilegen.syscalls import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from profilegen.arch import Abi
    from profilegen.capabilities import Capability
    from profilegen.docker_default import ArgumentCheck

Alternatives = tuple[tuple[Condition, ...], ...]


def opened(name: str, arch: Abi, kept: AbstractSet[Capability]) -> Alternatives | None:
    """How Docker's default allows a call to a container with these capabilities.

    Returns:
        None if it refuses the call, nothing in the tuple if it always allows it, else the
        alternative conditions.
    """
    found = [rule for rule in _openings(name) if rule.applies(arch, kept)]
    if not found:
        return None
    if any(not rule.conditions for rule in found):
        return ()
    return tuple(_conditions(rule.conditions) for rule in found)


def opening_capabilities(name: str, arch: Abi) -> tuple[Capability, ...]:
    """The capabilities one of which would make Docker's default allow the call."""
    return tuple(
        sorted(
            {
                capability
                for rule in _openings(name)
                if rule.applies(arch, rule.caps)
                for capability in rule.caps
            }
        )
    )


def allowed_names(arch: Abi, kept: AbstractSet[Capability]) -> frozenset[str]:
    """The calls of an architecture that Docker's default allows, with conditions or without."""
    return frozenset(name for name in table(arch).names if opened(name, arch, kept) is not None)


def _openings(name: str) -> Iterator[Rule]:
    return (rule for rule in rules().get(name, ()) if rule.errno is None)


def _conditions(checks: Iterable[ArgumentCheck]) -> tuple[Condition, ...]:
    return tuple(Condition(**check._asdict()) for check in checks)
