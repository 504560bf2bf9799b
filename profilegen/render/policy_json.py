"""What ``emit --json`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from profilegen.formats.capabilities import listing_of, spellings
from profilegen.policy.model import Policy
from profilegen.render.output import Output

if TYPE_CHECKING:
    from collections.abc import Iterable


class SpelledPolicy(Policy):
    """A policy, and its capabilities as each tool spells them."""

    spellings: dict[str, str]


class Policies(Output):
    """The policies that the profiles were made of."""

    schema_version: Literal[1] = 1
    policies: tuple[SpelledPolicy, ...]


def document(policies: Iterable[Policy]) -> dict[str, Any]:
    """JSON-ready: each policy with the reasons for its lines."""
    spelled = tuple(
        SpelledPolicy.model_construct(**dict(policy), spellings=dict(spellings(listing_of(policy))))
        for policy in policies
    )
    return Policies.of(policies=spelled).document()
