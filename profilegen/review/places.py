"""Lines of committed files at which a finding stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profilegen.review.findings import Place

if TYPE_CHECKING:
    from profilegen.abi import Abi
    from profilegen.capabilities import Capability
    from profilegen.profiles.confinement import Confinement, Source

_NAME = re.compile(r'\s*"([a-z0-9_]+)",?\s*')
_ADD = re.compile(r"--cap-add=([A-Z_]+)")


def place_of_call(confinement: Confinement, arch: Abi, name: str) -> Place | None:
    """The line of the seccomp profile where a call stands or would stand; an empty name: its first line."""
    source = confinement.sources.get(f"seccomp.{arch.docker}") or confinement.sources.get("seccomp")
    return None if source is None else Place(source.file, _line(source, _NAME, name) if name else 1)


def place_of_capability(confinement: Confinement, capability: Capability) -> Place | None:
    """The line of the flags where a capability stands or would stand."""
    source = confinement.sources.get("capabilities")
    return None if source is None else Place(source.file, _line(source, _ADD, capability.docker))


def place_of_path(confinement: Confinement) -> Place | None:
    """The AppArmor profile."""
    source = confinement.sources.get("apparmor")
    return None if source is None else Place(source.file)


def _line(source: Source, pattern: re.Pattern[str], name: str) -> int:
    """The line with a name, else the first of the names in order that is larger, else that of the last."""
    last = 1
    for number, line in enumerate(source.text.splitlines(), 1):
        found = pattern.fullmatch(line)
        if found is None:
            continue
        if found[1] >= name:
            return number
        last = number
    return last
