"""Calls that were refused with one errno while recording, and that the profile answers with another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.model import Why
from profilegen.review.findings import Finding, Level, Rule, Subject
from profilegen.review.places import place_of_call
from profilegen.seccomp.filter import Action
from profilegen.tables.errnos import errno_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.profiles.confinement import Confinement
    from profilegen.review.check.need import Needs
    from profilegen.seccomp.filter import Filter


def other_errnos(needs: Needs, confinement: Confinement) -> Iterator[Finding]:
    """A warning for each name that was refused whole, if the profile refuses it in another way.

    What ``emit`` answers with ENOSYS by design, so that a libc falls back, is none.
    """
    committed = confinement.filter(needs.arch)
    for rule in needs.policy.syscalls:
        if rule.errno is None or rule.conditions or all(one.why is not Why.REFUSED for one in rule.reasons):
            continue
        found = _answered(committed, rule.name)
        if found is None or found == rule.errno:
            continue
        was, now = errno_name(needs.arch, rule.errno), errno_name(needs.arch, found) if found else "a signal"
        yield Finding(
            Rule.OTHER_ERRNO,
            Level.WARNING,
            needs.recording.subject,
            Subject.SYSCALL,
            rule.name,
            f"{rule.name} was refused with {was} while recording, and the profile answers {now}",
            arch=needs.arch,
            place=place_of_call(confinement, needs.arch, rule.name),
        )


def _answered(committed: Filter, name: str) -> int | None:
    """The errno that the filter gives for all arguments; 0: a signal; None: some are let through."""
    answers = committed.answers(name)
    answer = answers[0].answer if answers and not answers[0].conditions else committed.default
    if answers and answers[0].conditions:
        return None
    if answer.action is Action.ERRNO:
        return answer.number
    return None if answer.lets_through else 0
