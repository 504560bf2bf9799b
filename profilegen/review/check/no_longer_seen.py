"""What the committed profiles allow and no recording shows a need for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.options import Args, LowPorts
from profilegen.review.findings import Finding, Level, Rule, Subject
from profilegen.review.places import place_of_call, place_of_capability
from profilegen.tables.engines.runtime_baseline import calls
from profilegen.tables.syscalls import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from profilegen.abi import Abi
    from profilegen.policy.decisions import Decision
    from profilegen.policy.model import Policy
    from profilegen.policy.options import DeriveOptions
    from profilegen.profiles.confinement import Confinement
    from profilegen.recording import Recording


def no_longer_seen(
    recording: Recording,
    arches: Sequence[Abi],
    confinement: Confinement,
    decisions: Iterable[Decision],
    options: DeriveOptions,
) -> Iterator[Finding]:
    """A warning for each call and capability that ``emit`` would not allow, whatever its options.

    Args:
        recording: of the subject, merged.
        arches: native architectures that the profiles are for: one profile may be for all of them.
        confinement: what is committed.
        decisions: by hand: what they allow is not reported.
        options: what is accepted of gaps.
    """
    widest = [_widest(recording, arch, options) for arch in arches]
    by_hand = {one.name for one in decisions if one.allow}
    runtime = {row.name for row in calls()}
    allowed = {rule.name for policy in widest for rule in policy.syscalls if rule.errno is None}
    allowed |= by_hand | runtime
    if confinement.documents:
        yield from _calls(recording.subject, arches, confinement, allowed)
    needed = {
        one for policy in widest for rule in policy.capabilities for one in (rule.capability, *rule.instead)
    }
    for capability in sorted((confinement.capabilities or frozenset()) - needed):
        if capability.value not in by_hand:
            yield Finding(
                Rule.NO_LONGER_SEEN,
                Level.WARNING,
                recording.subject,
                Subject.CAPABILITY,
                capability.value,
                f"{capability.docker} is added, and no recording shows a need for it",
                place=place_of_capability(confinement, capability),
            )


def _calls(
    subject: str, arches: Sequence[Abi], confinement: Confinement, allowed: set[str]
) -> Iterator[Finding]:
    extra: dict[str, Abi] = {}
    for arch in arches:
        committed = confinement.filter(arch)
        names = {name for abi in committed.abis for name in table(abi).names} - allowed
        for name in names:
            if name not in extra and committed.allowed_for(name) is not None:
                extra[name] = arch
    for name, arch in sorted(extra.items()):
        yield Finding(
            Rule.NO_LONGER_SEEN,
            Level.WARNING,
            subject,
            Subject.SYSCALL,
            name,
            f"{name} is allowed, and no recording has it",
            place=place_of_call(confinement, arch, name),
        )


def _widest(recording: Recording, arch: Abi, options: DeriveOptions) -> Policy:
    """The policy that has whatever any choice of options would allow."""
    from profilegen.policy.derive import derive  # noqa: PLC0415 - only where it is asked for

    return derive(
        recording,
        replace(
            options,
            arch=arch,
            portable=True,
            init=True,
            args=Args.NONE,
            low_ports=LowPorts.YES,
        ),
    )
