"""Policies as ``emit --json`` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profilegen.formats.capabilities import listing_of, spellings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.policy.model import Policy

SCHEMA_VERSION = 1


def document(policies: Iterable[Policy]) -> dict[str, Any]:
    """JSON-ready: each policy with its reasons, and its capabilities as each tool spells them."""
    return {
        "schema_version": SCHEMA_VERSION,
        "policies": [
            policy.model_dump(mode="json") | {"spellings": dict(spellings(listing_of(policy)))}
            for policy in policies
        ],
    }
