"""The files that settle findings: what is committed, and the least that was missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.capabilities import Capability
from profilegen.profiles.amend import with_abis, with_calls, with_capabilities, with_paths
from profilegen.review.findings import Level, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.conditions import Alternatives
    from profilegen.profiles.confinement import Confinement
    from profilegen.review.findings import Finding

_CALLS = (Rule.NEW_CALL, Rule.NEW_ARGUMENTS)


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
