"""The files that settle findings: what is committed, and the least that was missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.capabilities import Capability
from profilegen.conditions import in_words
from profilegen.formats.reasons_content import Line
from profilegen.policy.model import Reason, Why
from profilegen.profiles.amend import with_abis, with_calls, with_capabilities, with_paths
from profilegen.review.findings import Level, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.conditions import Alternatives
    from profilegen.profiles.confinement import Confinement
    from profilegen.review.findings import Finding

_CALLS = (Rule.NEW_CALL, Rule.NEW_ARGUMENTS)
_SETTLED = (*_CALLS, Rule.NEW_CAPABILITY, Rule.NEW_PATH)


def settled(confinement: Confinement, findings: Iterable[Finding]) -> dict[str, str]:
    """The new text of each file that changes, by its path.

    Args:
        confinement: what is committed, read from files of its own: a folder of ours or a seccomp profile.
        findings: those about it; what is denied or has expired is for a person to decide.
    """
    errors = [finding for finding in findings if finding.level is not Level.NOTE]
    texts: dict[str, str] = {}
    for arch, document in confinement.documents.items():
        name = "seccomp" if arch is None else f"seccomp.{arch.docker}"
        source = confinement.sources.get(name)
        own = [one for one in errors if arch is None or one.arch is arch]
        if arch is None:
            own = [one for one in own if one.arch is None or one.arch not in confinement.documents]
        calls: dict[str, Alternatives] = {one.name: one.conditions for one in own if one.rule in _CALLS}
        abis = [one.name for one in own if one.rule is Rule.NEW_ABI]
        if source and (calls or abis):
            texts[source.file] = with_abis(with_calls(document, calls.items()), abis).text
    flags, apparmor = confinement.sources.get("capabilities"), confinement.sources.get("apparmor")
    capabilities = [Capability(one.name) for one in errors if one.rule is Rule.NEW_CAPABILITY]
    if flags and capabilities:
        texts[flags.file] = with_capabilities(flags.text, capabilities)
    paths = [one.fix for one in errors if one.rule is Rule.NEW_PATH]
    if apparmor and paths:
        texts[apparmor.file] = with_paths(apparmor.text, paths)
    return texts


def reasons_for(file: str, findings: Iterable[Finding]) -> tuple[Line, ...]:
    """What ``reasons.json`` says of each line that settles a finding in this file."""
    return tuple(
        Line(
            name=one.name,
            arguments=" or ".join(map(in_words, one.conditions)),
            reasons=(Reason(why=Why.OBSERVED, text=_by(one)),),
            opens=(one.opens,) if one.opens else (),
            wider=one.wider,
        )
        for one in findings
        if one.place and one.place.file == file and one.rule in _SETTLED and one.level is not Level.NOTE
    )


def _by(finding: Finding) -> str:
    programs = f"by {', '.join(finding.programs)}, " if finding.programs else ""
    return f"seen {programs}added by check --update"
