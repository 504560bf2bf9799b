"""Capabilities and AppArmor rules that one side has and the other has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.review.findings import Finding, Level, Rule, Subject
from profilegen.review.places import place_of_capability, place_of_path
from profilegen.tables.capabilities.capability_powers import powers
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.profiles.confinement import Confinement
    from profilegen.seccomp.reference import Reference


def capabilities(old: Confinement, new: Confinement, measure: Reference) -> Iterator[Finding]:
    """Capabilities under one of them alone; where nothing is said, Docker's default counts."""
    for capability in sorted(old.bounding_set ^ new.bounding_set):
        wider = capability in new.bounding_set
        yield Finding(
            Rule.WIDER if wider else Rule.NARROWER,
            Level.ERROR if wider else Level.NOTE,
            new.subject or old.subject,
            Subject.CAPABILITY,
            capability.value,
            f"{capability.docker} is {'added' if wider else 'no longer added'}",
            opens=powers()[capability].opens if wider else "",
            source="capabilities(7)" if wider else "",
            wider=wider and capability not in measure.capabilities,
            place=place_of_capability(new, capability),
        )


def apparmor(old: Confinement, new: Confinement) -> Iterator[Finding]:
    """Rules that one AppArmor profile alone has, as they are written; a deny that is gone is wider."""
    if not (old.apparmor and new.apparmor):
        return
    before, after = _rules(old.apparmor), _rules(new.apparmor)
    for rule in sorted(before ^ after):
        wider = (rule in after) is not rule.startswith("deny ")
        yield Finding(
            Rule.WIDER if wider else Rule.NARROWER,
            Level.ERROR if wider else Level.NOTE,
            new.subject or old.subject,
            Subject.PATH,
            rule,
            f"the AppArmor profile {'has' if rule in after else 'no longer has'} {printable(rule, 300)}",
            place=place_of_path(new),
        )


def _rules(text: str) -> frozenset[str]:
    """The rules without comments; a comma ends a rule."""
    lines = (line.partition(",  #")[0].strip().removesuffix(",") for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith(("#", "}", "profile ", "abi ")))
