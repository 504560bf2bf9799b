"""What a person should know about a policy, in a few lines for the terminal."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING

from profilegen.capabilities import DOCKER_DEFAULT
from profilegen.comparison import in_words
from profilegen.emit.apparmor import skipped_paths, unnamed_networks
from profilegen.policy.default import allowed_names
from profilegen.policy.model import Severity, Why
from profilegen.policy.shared import shared
from profilegen.syscalls import LEVEL, table
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.policy.model import Policy, Wider

_DASHES = 2
"""In a name such as x86_64-linux-gnu."""

_RISKS = 6
"""Lines about what the allowed calls open; the others are in ``emit --json``."""

_NOTES = 20
"""Lines of notes of one severity, and what one of them names: likewise."""
_NAMED = 8


def render(policy: Policy, *others: Policy, with_apparmor: bool) -> str:
    """Calls and capabilities against Docker's default, then the gravest first, a measure at the end.

    Args:
        policy: what was decided.
        others: what was decided about the same subject on other architectures.
        with_apparmor: an AppArmor profile was asked for.
    """
    common = shared((policy, *others))
    left_out = (f"note: {text}" for text in (_left_out(common) if with_apparmor else ()))
    elsewhere = (f"note: {text}" for text in (_elsewhere(common, [policy, *others]) if with_apparmor else ()))
    lines = [*_calls(policy), *_capabilities(common), *_told(policy), *left_out, *elsewhere, _measure(policy)]
    sections = [lines]
    for other in others:
        news = (line for line in _told(other) if line not in lines)
        sections.append([*_calls(other), *news, _measure(other)])
    return "".join(_indented(section) for section in sections)


def _indented(lines: list[str]) -> str:
    head, *rest = (printable(line) for line in lines)
    return "".join((f"{head}\n", *(f"  {line}\n" for line in rest)))


def _told(policy: Policy) -> Iterator[str]:
    yield from _notes(policy, Severity.INCOMPLETE, "INCOMPLETE")
    yield from _wider(policy)
    yield from _risks(policy)
    yield from _notes(policy, Severity.NOTE, "note")


def _calls(policy: Policy) -> Iterator[str]:
    names = {rule.name for rule in policy.syscalls if rule.errno is None}
    native = names & table(policy.arch).names
    default = allowed_names(policy.arch, DOCKER_DEFAULT)
    where = "" if policy.main else f" on {policy.arch.docker}"
    yield f"{policy.subject}{where}: {len(native & default)} of the {len(default)} calls in Docker's default"
    if native - default:
        yield f"and of those that it refuses: {' '.join(sorted(native - default))}"
    if names - native:
        whose = "32-bit programs" if all(abi.native is policy.arch for abi in policy.abis) else "others"
        yield f"and {len(names - native)} that only {whose} can make"
    if policy.translated_from:
        sources = " and ".join(arch.docker for arch in policy.translated_from)
        why = [{reason.why for reason in rule.reasons} for rule in policy.syscalls if rule.errno is None]
        same = sum(Why.OBSERVED in some for some in why)
        new = sum(Why.TRANSLATED in some and Why.OBSERVED not in some for some in why)
        yield f"recorded on {sources}: {same} of them by the same name, {new} stand for others"


def _capabilities(policy: Policy) -> Iterator[str]:
    kept = [rule.capability.docker for rule in policy.capabilities]
    yield f"{len(kept)} capabilities of {len(DOCKER_DEFAULT)}: {' '.join(kept) or 'none'}"
    if policy.dropped:
        yield f"dropped, it had them: {' '.join(one.docker for one in policy.dropped)}"
    if policy.no_new_privileges:
        yield "no-new-privileges, as it was recorded"


def _notes(policy: Policy, severity: Severity, prefix: str) -> Iterator[str]:
    """One line each: those about several things first, with the first of these; of many notes the first."""
    notes = sorted(
        (note for note in policy.notes if note.severity is severity), key=lambda note: not note.items
    )
    texts = [note.bounded(_NAMED) for note in notes]
    yield from (f"{prefix}: {text}" for text in texts[:_NOTES])
    if len(texts) > _NOTES:
        yield f"{prefix}: and {len(texts) - _NOTES} more, which --json has"


def _wider(policy: Policy) -> Iterator[str]:
    """One line each; what was seen without a filter apart, because nobody knows yet whether it is needed."""
    apart = [one for one in policy.wider if one.unfiltered]
    for one in policy.wider:
        if one not in apart:
            yield f"WIDER than {policy.measure}: {one.text}"
    if apart:
        yield f"seen; {policy.measure} refuses it: {', '.join(map(_called, apart))}"
        yield (
            f"(it ran without a filter: record it under {policy.measure} to see whether it goes on without)"
        )


def _called(one: Wider) -> str:
    arguments = f" with {in_words(one.conditions)}" if one.conditions else ""
    needs = f" (without {' or '.join(one.needs)})" if one.needs else ""
    return f"{one.name}{arguments}{needs}"


def _risks(policy: Policy) -> Iterator[str]:
    """What the allowed calls open, those that open the same in one line."""
    ordered = sorted(policy.risks, key=lambda risk: (risk.opens, risk.source, risk.name))
    groups = [
        (key, list(dict.fromkeys(risk.name for risk in group)))
        for key, group in groupby(ordered, key=lambda risk: (risk.opens, risk.source))
    ]
    groups.sort(key=lambda group: group[1])
    for (opens, source), names in islice(groups, _RISKS):
        yield f"risk: {' '.join(names)} opens {opens} ({source})"
    if len(groups) > _RISKS:
        yield f"risk: and {len(groups) - _RISKS} more, which --json has"


def _measure(policy: Policy) -> str:
    """How much is open: of the kernel's calls, of Docker's, under conditions, dangerous."""
    opened = [rule for rule in policy.syscalls if rule.errno is None]
    calls = table(policy.arch)
    implemented = {name for name in calls.names if calls.since(name)}
    native = {rule.name for rule in opened} & implemented
    conditional = sorted({rule.name for rule in opened if rule.conditions})
    dangerous = sorted({risk.name for risk in policy.risks})
    return (
        f"measure: {len(native)} of {len(implemented)} calls of {policy.arch} (Linux {LEVEL}), where "
        f"Docker's default allows {len(allowed_names(policy.arch, DOCKER_DEFAULT))}; "
        f"conditions on {_listed(conditional)}; dangerous calls left: {_listed(dangerous)}"
    )


def _listed(names: list[str]) -> str:
    return f"{len(names)} ({' '.join(names)})" if names else "none"


def _left_out(policy: Policy) -> Iterator[str]:
    yield "the AppArmor profile is a skeleton: load it in complain mode first (apparmor_parser -C)"
    skipped = skipped_paths(policy)
    if skipped:
        yield (
            f"AppArmor cannot express {len(skipped)} paths (control characters or ?), the first is "
            f"{printable(skipped[0], 100)}"
        )
    for rule in unnamed_networks(policy):
        yield f"AppArmor has no name for socket family {rule.family} with type {rule.type}"


def _elsewhere(common: Policy, policies: Iterable[Policy]) -> Iterator[str]:
    """Paths that another architecture does not have: Debian's folders of libraries have its name."""
    where = " and ".join(one.arch.docker for one in policies if one.translated_from)
    found = next((part for rule in common.files for part in rule.path.split("/") if _is_triplet(part)), None)
    if where and found:
        yield f"the AppArmor profile has the paths that were recorded: on {where} {found} has another name"


def _is_triplet(name: str) -> bool:
    return name.count("-") == _DASHES and "-linux-" in name
