"""Recordings against committed profiles: what is missing, what is too much."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from profilegen.policy.options import DeriveOptions
from profilegen.recording.run_count import runs_of
from profilegen.review.check.by_hand import denied, expired, not_kept, unused
from profilegen.review.check.calls import refused_calls
from profilegen.review.check.capabilities import missing_capabilities
from profilegen.review.check.errnos import other_errnos
from profilegen.review.check.need import needs_of
from profilegen.review.check.no_longer_seen import no_longer_seen
from profilegen.review.findings import Finding, Level, Report, Rule, Subject, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from profilegen.abi import Abi
    from profilegen.policy.decisions import Decision
    from profilegen.profiles.confinement import Confinement
    from profilegen.recording import Recording


@dataclass(frozen=True)
class CheckOptions:
    """What a check is strict about.

    Attributes:
        strict: what is allowed and no longer seen fails too.
        wider_only: only what Docker's default refuses as well fails.
        derive: which gaps of a recording are accepted, and what "wider" is compared with.
    """

    strict: bool = False
    wider_only: bool = False
    derive: DeriveOptions = field(default_factory=DeriveOptions)


def check(
    pairs: Iterable[tuple[Recording, Confinement | None]],
    *,
    today: date,
    options: CheckOptions | None = None,
    decisions: Mapping[str, Sequence[Decision]] | None = None,
    project_file: str = "",
) -> Report:
    """Evaluate what was seen against what is committed.

    Every call with its arguments is put to the committed filter, on each architecture that the profiles are
    for and on each that was recorded; so it does not matter which options made the profiles.

    Args:
        pairs: one merged recording of a subject, in canonical form, and its profiles; None: it has none.
        today: the day for decisions that expire.
        options: what to be strict about.
        decisions: by hand, by subject.
        project_file: where they stand.

    Raises:
        IncompleteRecordingError: a recording lacks something that the options do not accept.
    """
    options, decisions = options or CheckOptions(), decisions or {}
    found: list[Finding] = []
    compared: list[str] = []
    for recording, confinement in pairs:
        own = decisions.get(recording.subject, ())
        if confinement is None:
            found.append(_unconfined(recording.subject))
            continue
        arches = arches_of(recording, confinement)
        for arch in arches:
            on_arch = list(_on(arch, recording, confinement, options))
            found += denied(on_arch, own, project_file)
            if own:
                needs = needs_of(recording, arch, paths=bool(confinement.apparmor), options=options.derive)
                found += not_kept(needs, own, {one.name for one in on_arch}, project_file)
                found += unused(needs, own, project_file) if arch == arches[0] else ()
        if not options.wider_only:
            covered = [arch for arch in arches if arch not in without_profile(confinement, arches)]
            found += no_longer_seen(recording, covered, confinement, own, options.derive)
        found += expired(recording.subject, own, project_file, today)
        runs = runs_of(recording)
        compared.append(f"{recording.subject}: {runs.words}, {' '.join(arch.docker for arch in arches)}")
    return Report("check", in_order([_judged(one, options) for one in found]), tuple(compared))


def arches_of(recording: Recording, confinement: Confinement) -> tuple[Abi, ...]:
    """The native architectures to look at, sorted."""
    recorded = {host.arch.native for host in recording.hosts}
    return tuple(sorted(recorded | set(confinement.arches)))


def without_profile(confinement: Confinement, arches: Iterable[Abi]) -> tuple[Abi, ...]:
    """The architectures that no seccomp profile is for, where there are some for others."""
    if not confinement.documents:
        return ()
    return tuple(arch for arch in arches if confinement.document(arch) is None)


def _unconfined(subject: str) -> Finding:
    text = f"{subject} was recorded, and has no profiles"
    return Finding(
        Rule.NO_PROFILE,
        Level.ERROR,
        subject,
        Subject.PROFILE,
        subject,
        text,
        fix=f"profilegen emit {subject}.recording.json -o profiles",
    )


def _no_profile(recording: Recording, arch: Abi, confinement: Confinement) -> Finding:
    others = " ".join(one.docker for one in confinement.arches)
    return Finding(
        Rule.NEW_ABI,
        Level.ERROR,
        recording.subject,
        Subject.PROFILE,
        arch.scmp,
        f"it was recorded on {arch.docker}, and its seccomp profiles are for {others} alone",
        arch=arch,
        fix=f"profilegen emit --arch {arch.docker}",
    )


def _on(
    arch: Abi,
    recording: Recording,
    confinement: Confinement,
    options: CheckOptions,
) -> Iterator[Finding]:
    if arch in without_profile(confinement, (arch,)):
        yield _no_profile(recording, arch, confinement)
        return
    measure = options.derive.measure
    needs = needs_of(recording, arch, paths=bool(confinement.apparmor), options=options.derive)
    yield from refused_calls(needs, confinement, measure)
    yield from missing_capabilities(needs, confinement, measure)
    yield from other_errnos(needs, confinement)
    if confinement.apparmor:
        from profilegen.review.check.paths import refused_paths  # noqa: PLC0415 - brings jinja2

        yield from refused_paths(needs, confinement)


def _judged(finding: Finding, options: CheckOptions) -> Finding:
    """The finding as grave as the options make it."""
    if finding.rule is Rule.NO_LONGER_SEEN and options.strict:
        return replace(finding, level=Level.ERROR)
    stays = finding.wider or finding.rule in (Rule.EXPIRED, Rule.DENIED)
    if options.wider_only and finding.level is Level.ERROR and not stays:
        return replace(finding, level=Level.WARNING)
    return finding
