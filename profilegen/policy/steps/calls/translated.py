"""Step: where a profile is for another architecture, each line says what was recorded in its place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.model import Reason, Severity, Why

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft


def translation_reasons(draft: Draft) -> Draft:
    """Say where a name was observed, and of what stands for another call why."""
    translation = draft.translation
    if translation is None:
        return draft
    where = " and ".join(arch.docker for arch in translation.sources)

    def told(name: str, reason: Reason) -> tuple[Reason, ...]:
        if reason.why is not Why.OBSERVED:
            return (reason,)
        if name in translation.reasons and name not in translation.same:
            return ()
        return (reason.model_copy(update={"text": f"{reason.text}, on {where}"}),)

    allowed = {
        name: (
            *(one for reason in reasons for one in told(name, reason)),
            *translation.reasons.get(name, ()),
        )
        for name, reasons in draft.allowed.items()
    }
    return replace(draft, allowed=allowed).note(Severity.NOTE, *translation.notes)
