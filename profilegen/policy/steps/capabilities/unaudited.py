"""Step: which capabilities were looked at without audit, and are not kept, though a program may want them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.capability_need import Need, asked_from, need_of
from profilegen.policy.model import Severity
from profilegen.tables.capabilities.unaudited_checks import Consequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.policy.draft import Draft
    from profilegen.recording import CapabilityCheck

_UNAUDITED = (Need.LESS, Need.UNAUDITED)


def looked_at_capabilities(draft: Draft) -> Draft:
    """Name each once, with what a program goes without; and those that nobody could judge."""
    paths = draft.recording.paths
    checks = [
        check
        for check in draft.recording.capabilities
        if check.capability not in draft.kept and need_of(check, paths) in _UNAUDITED
    ]
    texts = sorted({text for check in checks for text in _less(check)})
    unknown = sorted({text for check in checks for text in _unknown(check)})
    return draft.note(Severity.NOTE, *texts, *unknown)


def _less(check: CapabilityCheck) -> Iterator[str]:
    for place in asked_from(check):
        if place is not None and place.consequence is Consequence.LESS:
            yield (
                f"{check.capability.docker} was looked at without audit and is not kept; "
                f"without it {place.meaning}"
            )


def _unknown(check: CapabilityCheck) -> Iterator[str]:
    name = check.capability.docker
    if not check.askers:
        yield (
            f"{name} was looked at without audit, and the names of the kernel's functions were hidden "
            "(kernel.kptr_restrict): if the program fails without it, add it by hand"
        )
    elif check.asked_by and None in asked_from(check):
        yield (
            f"{name} was looked at without audit by {check.asked_by} of the kernel, "
            "of which nothing is known: if the program fails without it, add it by hand"
        )
