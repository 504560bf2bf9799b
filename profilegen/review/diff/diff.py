"""Two sets of profiles by meaning: what became possible, what is so no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.abi import Abi
from profilegen.review.diff.calls import Sides, calls
from profilegen.review.diff.rest import apparmor, capabilities
from profilegen.review.findings import Finding, Level, Report, Rule, Subject, in_order
from profilegen.seccomp.reference import DOCKER, Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from profilegen.profiles.confinement import Confinement


def diff(
    old: Mapping[str, Confinement],
    new: Mapping[str, Confinement],
    *,
    arches: Iterable[Abi] = (),
    measure: Reference = DOCKER,
) -> Report:
    """Compare the profiles of each subject; if there is one on each side, whatever they are called.

    Args:
        old: the older profiles by subject.
        new: the newer ones.
        arches: native architectures to compare on (default: those that both sides name, else amd64).
        measure: what is beyond it is marked as wider than Docker's default.
    """
    found: list[Finding] = []
    compared: list[str] = []
    chosen = tuple(arches)
    if len(old) == len(new) == 1:
        old = dict(zip(new, old.values(), strict=True))
    for subject in sorted(old.keys() | new.keys()):
        before, after = old.get(subject), new.get(subject)
        if before is None or after is None:
            found.append(_alone(subject, gone=after is None))
            continue
        both = chosen or tuple(sorted({*before.arches} & {*after.arches})) or (Abi.X86_64,)
        if not chosen:
            found += _other_arches(before, after)
        found += _of_subject(before, after, both, measure)
        compared.append(f"{subject or 'profile'}: {' '.join(arch.docker for arch in both)}")
    return Report("diff", in_order(found), tuple(compared))


def _of_subject(
    old: Confinement, new: Confinement, arches: Iterable[Abi], measure: Reference
) -> Iterator[Finding]:
    for arch in arches:
        yield from calls(Sides(old, new, arch, measure))
    yield from capabilities(old, new, measure)
    yield from apparmor(old, new)


def _other_arches(old: Confinement, new: Confinement) -> Iterator[Finding]:
    """Architectures that one side alone has a profile for."""
    for arch in sorted({*old.arches} ^ {*new.arches}):
        now = arch in new.arches
        yield Finding(
            Rule.CHANGED,
            Level.WARNING,
            new.subject or old.subject,
            Subject.PROFILE,
            arch.scmp,
            f"there is {'a profile' if now else 'no profile any more'} for {arch.docker}",
        )


def _alone(subject: str, *, gone: bool) -> Finding:
    """Profiles that are gone leave a container to the engine's default; new ones take away."""
    return Finding(
        Rule.WIDER if gone else Rule.NARROWER,
        Level.ERROR if gone else Level.NOTE,
        subject,
        Subject.PROFILE,
        subject,
        f"{subject or 'the container'} has {'no profiles any more' if gone else 'profiles now'}",
    )
