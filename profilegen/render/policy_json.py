"""What ``emit --json`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from profilegen.formats.capabilities import listing_of, spellings
from profilegen.policy.model import Policy
from profilegen.recording import tested
from profilegen.render.output import Output

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.recording import Attribution, Recording


class InTests(Output):
    """Tests by their names, the first few, and how many there are beside them."""

    tests: tuple[str, ...]
    more: int


class SpelledPolicy(Policy):
    """A policy, its capabilities as each tool spells them, and the tests of its lines."""

    spellings: dict[str, str]
    tests: dict[str, InTests]
    """By the name of a call or capability, what ran while it was used; only what a test has used."""


class Policies(Output):
    """The policies that the profiles were made of."""

    schema_version: Literal[1] = 1
    policies: tuple[SpelledPolicy, ...]


def document(policies: Iterable[Policy], recordings: Iterable[Recording]) -> dict[str, Any]:
    """JSON-ready: each policy with the reasons for its lines.

    Args:
        policies: of any subjects.
        recordings: that they were made of, one of each subject, which say what tests used.
    """
    attributions = {one.subject: one.attribution for one in recordings}
    spelled = tuple(
        SpelledPolicy.model_construct(
            **dict(policy),
            spellings=dict(spellings(listing_of(policy))),
            tests=dict(_tests(policy, attributions[policy.subject])),
        )
        for policy in policies
    )
    return Policies.of(policies=spelled).document()


def _tests(policy: Policy, attribution: Attribution) -> Iterator[tuple[str, InTests]]:
    found = {rule.name: tested.of_call(attribution, rule.name, ()) for rule in policy.syscalls}
    found |= {
        rule.capability.value: tested.of_capability(attribution, rule.capability)
        for rule in policy.capabilities
    }
    for name, one in found.items():
        names, more = one.few
        if names:
            yield name, InTests.of(tests=names, more=more)
