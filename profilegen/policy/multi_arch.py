"""One policy that is right on several architectures.

An OCI profile has its rules once for all the architectures that it lists, so a call that one of them needs is
allowed on all, and a condition stays only if it means the same on all. What gets wider by that is named.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from profilegen.errors import UsageError
from profilegen.policy.arch_independent import shared
from profilegen.policy.model import Note, Severity, SyscallRule, What, Wider
from profilegen.seccomp.matching import covers
from profilegen.seccomp.reference import DOCKER
from profilegen.tables.errnos import numbers
from profilegen.tables.syscalls import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from profilegen.abi import Abi
    from profilegen.conditions import Alternatives
    from profilegen.policy.model import Policy
    from profilegen.seccomp.reference import Reference


def together(policies: Sequence[Policy], measure: Reference = DOCKER) -> Policy:
    """The one policy of a subject for the architectures of all these.

    Args:
        policies: one for each architecture.
        measure: what they were compared with.

    Raises:
        UsageError: no file can be right on all of them.
    """
    _compatible([policy.arch for policy in policies])
    allowed, wider = _allowed(policies)
    answered = list(_answered(policies, {rule.name: rule for rule in allowed}))
    wider += [one for policy in policies for one in _wider(policy, allowed, measure)]
    notes = [note for policy in policies for note in (*_more(policy, allowed), *_runtimes(policy.arch))]
    notes += [Note(severity=Severity.WIDER, text=one.text) for one in wider]
    abis = dict.fromkeys(abi for policy in policies for abi in policy.abis)
    known = (note for policy in policies for note in policy.notes)
    return shared(policies).model_copy(
        update={
            "main": True,
            "abis": tuple(abis),
            "syscalls": tuple(sorted((*allowed, *answered), key=lambda rule: rule.place)),
            "notes": tuple(dict.fromkeys((*known, *notes))),
            "wider": tuple(dict.fromkeys((*(one for policy in policies for one in policy.wider), *wider))),
            "risks": tuple(dict.fromkeys(risk for policy in policies for risk in policy.risks)),
            "translated_from": tuple(sorted({one for policy in policies for one in policy.translated_from})),
        }
    )


def _compatible(arches: Sequence[Abi]) -> None:
    for arch in arches:
        both = f"{arches[0].docker} and {arch.docker}"
        if arch.little_endian != arches[0].little_endian:
            raise UsageError(
                f"no profile is for both {both}: libseccomp takes one byte order", "leave --multi-arch out"
            )
        if numbers(arch) != numbers(arches[0]):
            raise UsageError(
                f"no profile is for both {both}: they number their errors differently",
                "leave --multi-arch out",
            )


def _allowed(policies: Sequence[Policy]) -> tuple[list[SyscallRule], list[Wider]]:
    by_name: dict[str, list[SyscallRule]] = defaultdict(list)
    for policy in policies:
        for rule in policy.syscalls:
            if rule.errno is None:
                by_name[rule.name].append(rule)
    rules, wider = [], []
    for name, some in sorted(by_name.items()):
        conditions: Alternatives = ()
        reasons = tuple(dict.fromkeys(reason for rule in some for reason in rule.reasons))
        if all(rule.conditions for rule in some):
            if len({_looked_at(rule) for rule in some}) == 1:
                conditions = tuple(dict.fromkeys(one for rule in some for one in rule.conditions))
            else:
                text = f"{name} is allowed with any arguments: the architectures have them elsewhere"
                wider.append(Wider(what=What.ARGUMENTS, name=name, reasons=reasons, text=text))
        rules.append(SyscallRule(name=name, conditions=conditions, reasons=reasons))
    return rules, wider


def _looked_at(rule: SyscallRule) -> frozenset[int]:
    return frozenset(one.index for conditions in rule.conditions for one in conditions)


def _answered(policies: Iterable[Policy], allowed: Mapping[str, SyscallRule]) -> Iterator[SyscallRule]:
    """The rules with an errno that nothing allowed contradicts, each once; the first one's errno."""
    done = set()
    for policy in policies:
        for rule in policy.syscalls:
            if rule.errno is None or (rule.name, rule.conditions) in done:
                continue
            open_ = allowed.get(rule.name)
            if open_ and (
                not rule.conditions
                or not open_.conditions
                or any(covers(open_.conditions, one) for one in rule.conditions)
            ):
                continue
            done.add((rule.name, rule.conditions))
            yield rule


def _others(policy: Policy, allowed: Iterable[SyscallRule]) -> Iterator[SyscallRule]:
    """What the architecture would not allow for itself."""
    own = {rule.name: rule for rule in policy.syscalls if rule.errno is None}
    exists = frozenset().union(*(table(abi).names for abi in policy.abis))
    for rule in allowed:
        if rule.name in exists and (rule.name not in own or _opens_more(rule, own[rule.name])):
            yield rule


def _wider(policy: Policy, allowed: Iterable[SyscallRule], measure: Reference) -> Iterator[Wider]:
    """Those calls that the reference profile refuses."""
    own = {rule.name for rule in policy.syscalls if rule.errno is None}
    kept = frozenset(rule.capability for rule in policy.capabilities)
    for rule in _others(policy, allowed):
        if rule.name not in own and measure.allows_for(rule.name, policy.arch, kept) is None:
            text = f"{rule.name} is allowed on {policy.arch.docker} too, where {measure.title} refuses it"
            needs = measure.opening_capabilities(rule.name, policy.arch)
            yield Wider(what=What.CALL, name=rule.name, reasons=rule.reasons, needs=needs, text=text)


def _more(policy: Policy, allowed: Iterable[SyscallRule]) -> Iterator[Note]:
    names = [rule.name for rule in _others(policy, allowed)]
    if names:
        text = f"allowed on {policy.arch.docker} because another architecture needs it: {' '.join(names)}"
        yield Note(severity=Severity.NOTE, text=text)


def _opens_more(rule: SyscallRule, own: SyscallRule) -> bool:
    if not own.conditions:
        return False
    return not rule.conditions or not all(covers(own.conditions, one) for one in rule.conditions)


def _runtimes(arch: Abi) -> Iterator[Note]:
    if arch.runc_since != "1.0":
        since = f"before {arch.runc_since} starts" if arch.runc_since else "starts"
        text = f"no runc {since} a container under a profile that lists {arch.scmp}"
        yield Note(severity=Severity.NOTE, text=text)
