"""Step: whatever is wider than Docker's default, for the capabilities that are kept, is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.comparison import in_words
from profilegen.policy.compare import covers
from profilegen.policy.default import opened, opening_capabilities
from profilegen.policy.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from profilegen.arch import Abi
    from profilegen.capabilities import Capability
    from profilegen.policy.draft import Draft
    from profilegen.policy.model import SyscallRule


def wider_than_default(draft: Draft) -> Draft:
    """A note for every call, and every condition, that Docker's default would refuse."""
    kept = frozenset(rule.capability for rule in draft.capabilities)
    texts = (text for rule in draft.rules if rule.errno is None for text in _wider(rule, draft.arch, kept))
    return draft.note(Severity.WIDER, *texts)


def _wider(rule: SyscallRule, arch: Abi, kept: AbstractSet[Capability]) -> Iterator[str]:
    base = opened(rule.name, arch, kept)
    if base is None:
        missing = opening_capabilities(rule.name, arch)
        without = f" without {' or '.join(missing)}" if missing else ""
        yield f"{rule.name} is allowed because it was seen, Docker's default refuses it{without}"
    elif base and not rule.conditions:
        yield f"{rule.name} is allowed with any arguments, Docker's default has conditions"
    elif base:
        for conditions in rule.conditions:
            if not covers(base, conditions):
                yield (
                    f"{rule.name} with {in_words(conditions)} is allowed because it was seen, "
                    "Docker's default refuses it"
                )
