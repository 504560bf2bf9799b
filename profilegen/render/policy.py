"""What a user should know about a policy, in a few lines for the terminal."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING

from profilegen.capabilities import DOCKER_DEFAULT
from profilegen.conditions import in_words
from profilegen.formats.apparmor.profile import refused_paths, skipped_paths, unnamed_networks
from profilegen.policy.arch_independent import shared
from profilegen.policy.model import Severity, Why
from profilegen.seccomp.reference import DOCKER
from profilegen.tables.syscalls import table
from profilegen.text import counted, listed, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.abi import Abi
    from profilegen.policy.model import CapabilityRule, Policy, Wider

_DASHES = 2
"""In a name such as x86_64-linux-gnu."""

_RISKS = 6
"""Lines about what the allowed calls open; the others are in ``emit --json``."""

_NOTES = 20
"""Lines of notes of one severity, and what one of them names: likewise."""
_NAMED = 8


def render(policy: Policy, *others: Policy, apparmor: str = "") -> str:
    """The summary: how much is allowed against Docker's default, then what to look at, gravest first.

    Args:
        policy: what was decided.
        others: what was decided about the same subject on other architectures.
        apparmor: the AppArmor profile's file if one was asked for by its name.
    """
    common = shared((policy, *others))
    lines = [*_calls(policy), *_capabilities(common), _size(policy), *_told(policy)]
    if apparmor:
        lines += [f"note: {text}" for text in _left_out(common, [policy, *others], apparmor)]
    sections = [lines]
    for other in others:
        news = (line for line in _told(other) if line not in lines)
        sections.append([*_calls(other), _size(other), *news])
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
    names = _allowed(policy)
    native = names & table(policy.arch).names
    default = DOCKER.allowed_names(policy.arch, DOCKER_DEFAULT)
    where = "" if policy.main else f" on {policy.arch.docker}"
    number = counted(len(native), "system call")
    yield f"{policy.subject}{where}: {number} allowed (Docker's default: {len(default)})"
    if native - default:
        yield f"of them refused by Docker's default: {' '.join(sorted(native - default))}"
    if names - native:
        whose = "32-bit programs" if all(abi.native is policy.arch for abi in policy.abis) else "others"
        yield f"and {len(names - native)} more that only {whose} can make"
    if policy.translated_from:
        sources = " and ".join(arch.docker for arch in policy.translated_from)
        why = [{reason.why for reason in rule.reasons} for rule in policy.syscalls if rule.errno is None]
        same = sum(Why.OBSERVED in some for some in why)
        new = sum(Why.TRANSLATED in some and Why.OBSERVED not in some for some in why)
        yield f"recorded on {sources}: {same} of them by the same name, {new} in place of others"


def _allowed(policy: Policy) -> set[str]:
    return {rule.name for rule in policy.syscalls if rule.errno is None}


def _capabilities(policy: Policy) -> Iterator[str]:
    kept = [_with_others(rule) for rule in policy.capabilities]
    number = counted(len(kept), "capability") if kept else "no capabilities"
    yield f"{number} (Docker's default: {len(DOCKER_DEFAULT)})" + (f": {' '.join(kept)}" if kept else "")
    if policy.dropped:
        yield (
            f"dropped (granted while recording, not needed): {' '.join(one.docker for one in policy.dropped)}"
        )
    if policy.no_new_privileges:
        yield "no-new-privileges, as it was recorded"


def _with_others(rule: CapabilityRule) -> str:
    """Its name; in brackets what would do in its place."""
    others = "".join(f" or {other.docker}" for other in rule.instead)
    return rule.capability.docker + (f" ({others[1:]})" if others else "")


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
    prefix = f"WIDER than {policy.measure}" if policy.measure == DOCKER.title else "new"
    for one in policy.wider:
        if one not in apart:
            yield f"{prefix}: {one.text}"
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


def _size(policy: Policy) -> str:
    """The size line: calls allowed of the kernel's table, those with conditions, dangerous ones."""
    calls = table(policy.arch)
    implemented = {name for name in calls.names if calls.since(name)}
    native = _allowed(policy) & implemented
    conditional = sorted({rule.name for rule in policy.syscalls if rule.errno is None and rule.conditions})
    dangerous = sorted({risk.name for risk in policy.risks})
    return (
        f"size: {len(native)} of {counted(len(implemented), 'system call')}, "
        f"{_listed('with conditions on arguments', conditional)}, {_listed('dangerous', dangerous)}"
    )


def _listed(what: str, names: list[str]) -> str:
    return f"{len(names)} {what} ({' '.join(names)})" if names else f"none {what}"


def _left_out(common: Policy, policies: Iterable[Policy], file: str) -> Iterator[str]:
    """What the AppArmor profile lacks."""
    yield (
        "the AppArmor profile lacks what is not an open (mkdir, rename, chown): "
        f"apparmor_parser -r -C {file}, run the tests, then aa-logprof"
    )
    skipped = skipped_paths(common)
    if skipped:
        yield (
            f"{counted(len(skipped), 'path')} left out of the AppArmor profile (no file has such a name), "
            f"the first is {printable(skipped[0], 100)}"
        )
    refused = refused_paths(common)
    if refused:
        yield (
            "the AppArmor profile refuses what was recorded, as the engine's own does: "
            f"{printable(listed(refused, _NAMED), 500)}"
        )
    for rule in unnamed_networks(common):
        yield f"AppArmor has no name for socket family {rule.family} with type {rule.type}"
    yield from _elsewhere(common, policies)


def _elsewhere(common: Policy, policies: Iterable[Policy]) -> Iterator[str]:
    """Paths that another architecture does not have: Debian's folders of libraries have its name."""
    arches = dict.fromkeys(abi.native for one in policies for abi in _translated(one))
    where = " and ".join(arch.docker for arch in arches)
    found = next((part for rule in common.files for part in rule.path.split("/") if _is_triplet(part)), None)
    if where and found:
        yield f"the AppArmor profile has the paths that were recorded: on {where} {found} has another name"


def _translated(policy: Policy) -> Iterator[Abi]:
    """The architectures of a policy that were not recorded themselves."""
    if policy.translated_from:
        recorded = {abi.native for abi in policy.translated_from}
        yield from (abi for abi in policy.abis if abi.native not in recorded)


def _is_triplet(name: str) -> bool:
    return name.count("-") == _DASHES and "-linux-" in name
