"""Calls that were seen and that the committed filter refuses, on one architecture."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from profilegen.conditions import in_words
from profilegen.review.findings import Finding, Level, Rule, Subject
from profilegen.review.opens import opens
from profilegen.review.places import place_of_call
from profilegen.seccomp.document import Argument, Entry
from profilegen.seccomp.filter import Action
from profilegen.seccomp.matching import allows
from profilegen.text import listed, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.abi import Abi
    from profilegen.conditions import Alternatives, Conjunction
    from profilegen.profiles.confinement import Confinement
    from profilegen.review.check.need import CallNeed, Needs
    from profilegen.seccomp.reference import Reference

_NAMED = 3


def refused_calls(needs: Needs, confinement: Confinement, measure: Reference) -> Iterator[Finding]:
    """A finding for each call, or the arguments of a call, that was seen and is refused.

    Args:
        needs: of the recording on one architecture.
        confinement: what is committed.
        measure: what a finding is compared with to be called wider.
    """
    committed = confinement.filter(needs.arch)
    unlisted = sorted({abi for need in needs.calls() for abi in need.abis} - set(committed.abis))
    for abi in unlisted:
        made = next(need for need in needs.calls() if abi in need.abis)
        yield _abi(abi, made, needs, confinement, measure)
    for need in needs.calls():
        if set(need.abis) <= set(unlisted):
            continue
        allowed = committed.allowed_for(need.name)
        if allowed is None:
            yield _finding(Rule.NEW_CALL, need, need.alternatives, needs, confinement, measure)
            continue
        missing = tuple(one for one in need.alternatives or ((),) if not allows(allowed, one))
        if missing:
            yield _finding(Rule.NEW_ARGUMENTS, need, missing, needs, confinement, measure)


def _finding(
    rule: Rule,
    need: CallNeed,
    missing: Alternatives,
    needs: Needs,
    confinement: Confinement,
    measure: Reference,
) -> Finding:
    base = measure.allows_for(need.name, needs.arch, confinement.bounding_set)
    what, source = opens(need.name, missing)
    with_what = f" with {_words(missing)}" if rule is Rule.NEW_ARGUMENTS and missing != ((),) else ""
    if rule is Rule.NEW_ARGUMENTS and missing == ((),):
        with_what = " with arguments that were not recorded"
    by = f", called by {printable(need.programs[0], 200)}" if need.programs else ""
    return Finding(
        rule,
        Level.ERROR,
        needs.recording.subject,
        Subject.SYSCALL,
        need.name,
        f"{need.name}{with_what} is refused by the profile{by}",
        arch=needs.arch,
        conditions=() if missing == ((),) else missing,
        programs=need.programs,
        tests=needs.tests(need.name, missing),
        opens=what,
        source=source,
        wider=not all(allows(base, one) for one in missing or ((),)),
        fix=_entry(need.name, missing),
        place=place_of_call(confinement, needs.arch, need.name),
        runs=need.runs,
    )


def _abi(abi: Abi, need: CallNeed, needs: Needs, confinement: Confinement, measure: Reference) -> Finding:
    by = f", called by {printable(need.programs[0], 200)}" if need.programs else ""
    return Finding(
        Rule.NEW_ABI,
        Level.ERROR,
        needs.recording.subject,
        Subject.PROFILE,
        abi.scmp,
        f"calls of {abi} are killed: the profile does not list {abi.scmp} ({need.name}{by})",
        arch=needs.arch,
        programs=need.programs,
        tests=needs.tests(need.name),
        wider=not measure.lists(abi, needs.arch),
        fix=f'"{abi.scmp}"',
        place=place_of_call(confinement, needs.arch, ""),
        runs=need.runs,
    )


def _words(missing: Alternatives) -> str:
    return listed([in_words(one) or "any arguments" for one in missing], _NAMED).replace(", ", " or ")


def _entry(name: str, missing: Alternatives) -> str:
    """The element of ``syscalls`` that allows it, on one line; the first of several combinations."""
    conditions: Conjunction = missing[0] if missing else ()
    arguments = tuple(map(Argument.of, conditions))
    entry = (
        Entry(names=(name,), action=Action.ALLOW, args=arguments)
        if arguments
        else Entry(names=(name,), action=Action.ALLOW)
    )
    return json.dumps(entry.model_dump(mode="json", exclude_unset=True))
