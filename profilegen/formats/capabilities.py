"""``capabilities.txt``: the capabilities as every tool spells them, with the reason of each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.formats.docker_run import capability_flags
from profilegen.policy.steps.capabilities.low_ports import needed_for
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from profilegen.policy.model import Policy

_LONGEST = 400  # characters of a reason
_REASON = re.compile(r"^# ([A-Z_]+(?: or [A-Z_]+)*): (.*)$", re.MULTILINE)
_WITHOUT = re.compile(r"^# without ([A-Z_]+): (.*)$", re.MULTILINE)
_OR = " or "
_UNUSED = "# it had these and never needed them: "
_ELSEWHERE = "# elsewhere: "
_AMBIENT = "AmbientCapabilities="


@dataclass(frozen=True)
class Listing:
    """What the file says.

    Attributes:
        subject: whose it is.
        kept: the reason of each that is kept.
        dispensable: that were granted and the tests pass without, with the evidence.
        unused: that the container had and did not need.
        ambient: it does not run as root, so that systemd has to give them as ambient ones.
        elsewhere: what it takes where it was not recorded, a sentence.
        instead: what would do in place of one that is kept.
    """

    subject: str
    kept: Mapping[Capability, str]
    dispensable: Mapping[Capability, str] = field(default_factory=dict)
    unused: tuple[Capability, ...] = ()
    ambient: bool = False
    elsewhere: str = ""
    instead: Mapping[Capability, tuple[Capability, ...]] = field(default_factory=dict)


def render(policy: Policy) -> str:
    """The text of a policy."""
    return text_of(listing_of(policy))


def listing_of(policy: Policy) -> Listing:
    """The capabilities of a policy, with all their reasons."""
    kept = {
        rule.capability: printable("; ".join(reason.text for reason in rule.reasons), _LONGEST)
        for rule in policy.capabilities
    }
    instead = {rule.capability: rule.instead for rule in policy.capabilities if rule.instead}
    return Listing(
        policy.subject,
        kept,
        unused=policy.dropped,
        ambient=bool(policy.user),
        elsewhere=needed_for(policy.low_ports) if policy.low_ports else "",
        instead=instead,
    )


def text_of(listing: Listing) -> str:
    """Comments, then one block a tool, each ready to be copied."""
    names = _names(listing.kept)
    lines = [f"# {listing.subject} needs {' '.join(names) or 'no capability'}"]
    for capability, reason in sorted(listing.kept.items()):
        names_of = (capability, *listing.instead.get(capability, ()))
        lines.append(f"# {_OR.join(one.docker for one in names_of)}: {reason}")
    for capability, reason in sorted(listing.dispensable.items()):
        lines.append(f"# without {capability.docker}: {reason}")
    if listing.unused:
        lines.append(_UNUSED + " ".join(_names(listing.unused)))
    if listing.elsewhere:
        lines.append(_ELSEWHERE + listing.elsewhere)
    beyond = _names(listing.kept.keys() - DOCKER_DEFAULT)
    if beyond:
        lines.append(f"# Docker's default would not give these: {' '.join(beyond)}")
    for tool, text in spellings(listing).items():
        lines += ["", f"# {tool}", text]
    return "".join(f"{line}\n" for line in lines)


def parse(subject: str, text: str) -> Listing:
    """The listing whose text it is."""
    kept = tuple(_reasons(_REASON, text))
    return Listing(
        subject,
        {capability: reason for (capability, *_), reason in kept},
        {capability: reason for (capability, *_), reason in _reasons(_WITHOUT, text)},
        _known(_behind(_UNUSED, text).split()),
        ambient=any(line.startswith(_AMBIENT) for line in text.splitlines()),
        elsewhere=_behind(_ELSEWHERE, text),
        instead={capability: tuple(others) for (capability, *others), _ in kept if others},
    )


def _behind(start: str, text: str) -> str:
    """What follows in the first line that begins so."""
    line = next((line for line in text.splitlines() if line.startswith(start)), "")
    return line.removeprefix(start)


def spellings(listing: Listing) -> Mapping[str, str]:
    """Spell the capabilities for each tool, without a final newline."""
    names = _names(listing.kept)
    kernel = " ".join(sorted(listing.kept))
    flags = " ".join(capability_flags(listing.kept))
    systemd = [f"CapabilityBoundingSet={kernel}"]
    if listing.ambient:
        systemd.append(_AMBIENT + kernel)
    return {
        "docker run": flags,
        "podman run": flags.replace("=ALL", "=all"),
        "compose": "\n".join([*_yaml("cap_drop", ["ALL"]), *_yaml("cap_add", names)]),
        "kubernetes": "\n".join(
            [
                "securityContext:",
                "  capabilities:",
                *(f"    {line}" for line in (*_yaml("drop", ["ALL"]), *_yaml("add", names))),
            ]
        ),
        "systemd": "\n".join(systemd),
    }


def _names(capabilities: Iterable[Capability]) -> list[str]:
    return sorted(capability.docker for capability in capabilities)


def _reasons(pattern: re.Pattern[str], text: str) -> Iterator[tuple[tuple[Capability, ...], str]]:
    """The capabilities at the beginning of each line, and what stands behind them."""
    for names, reason in pattern.findall(text):
        known = _known(names.split(_OR))
        if known:
            yield known, reason


def _known(names: Iterable[str]) -> tuple[Capability, ...]:
    known = {capability.docker: capability for capability in Capability}
    return tuple(known[name] for name in names if name in known)


def _yaml(key: str, names: Iterable[str]) -> list[str]:
    items = [f"  - {name}" for name in names]
    return [f"{key}:", *items] if items else []
