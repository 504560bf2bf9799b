"""Capabilities that are needed and that the committed flags do not give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.recording import tested
from profilegen.review.findings import Finding, Level, Rule, Subject
from profilegen.review.places import place_of_capability
from profilegen.tables.capabilities.capability_powers import powers
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.policy.model import CapabilityRule
    from profilegen.profiles.confinement import Confinement
    from profilegen.review.check.need import Needs
    from profilegen.seccomp.reference import Reference


def missing_capabilities(needs: Needs, confinement: Confinement, measure: Reference) -> Iterator[Finding]:
    """A finding for each capability that is needed and not in the container's bounding set.

    Args:
        needs: of the recording on one architecture.
        confinement: what is committed.
        measure: what a finding is compared with to be called wider.
    """
    given = confinement.bounding_set
    for rule in needs.policy.capabilities:
        if given.isdisjoint({rule.capability, *rule.instead}):
            yield _finding(rule, needs, confinement, measure)


def _finding(rule: CapabilityRule, needs: Needs, confinement: Confinement, measure: Reference) -> Finding:
    name = rule.capability
    checks = [check for check in needs.recording.capabilities if check.capability is name]
    askers = [stack for check in checks for stack in check.askers]
    return Finding(
        Rule.NEW_CAPABILITY,
        Level.ERROR,
        needs.recording.subject,
        Subject.CAPABILITY,
        name.value,
        f"{name.docker} is needed and not added: {printable(rule.reasons[0].text, 300)}",
        programs=tuple(sorted({program for check in checks for program in check.programs})),
        tests=tested.of_capability(needs.recording.attribution, name).names,
        asked_by=tuple(min(askers).split()) if askers else (),
        opens=powers()[name].opens,
        source="capabilities(7)",
        wider=measure.capabilities.isdisjoint({name, *rule.instead}),
        fix=f"--cap-add={name.docker}",
        place=place_of_capability(confinement, name),
        runs=tuple(sorted({run for check in checks for run in check.runs})),
    )
