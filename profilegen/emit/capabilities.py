"""``capabilities.txt``: the capabilities as every tool spells them, with the reason of each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from profilegen.policy.model import Policy

_KEPT = re.compile(r"^# ([A-Z_]+): (.*)$", re.MULTILINE)
_LONGEST = 400  # characters of a reason


def render(policy: Policy) -> str:
    """Comments, then one block a tool, each ready to be copied."""
    names = _names(policy)
    lines = [f"# {policy.subject}: {' '.join(names) or 'no capability is needed'}"]
    for rule in policy.capabilities:
        reasons = printable("; ".join(reason.text for reason in rule.reasons), _LONGEST)
        lines.append(f"# {rule.capability.docker}: {reasons}")
    dropped = " ".join(capability.docker for capability in policy.dropped)
    if dropped:
        lines.append(f"# it had these and never needed them: {dropped}")
    beyond = [rule.capability.docker for rule in policy.capabilities if rule.capability not in DOCKER_DEFAULT]
    if beyond:
        lines.append(f"# Docker's default would not give these: {' '.join(beyond)}")
    for tool, text in spellings(policy).items():
        lines += ["", f"# {tool}", text]
    return "".join(f"{line}\n" for line in lines)


def spellings(policy: Policy) -> Mapping[str, str]:
    """The same capabilities for each tool, without a final newline."""
    names = _names(policy)
    kernel = " ".join(rule.capability.value for rule in policy.capabilities)
    flags = " ".join(["--cap-drop=ALL", *(f"--cap-add={name}" for name in names)])
    systemd = [f"CapabilityBoundingSet={kernel}"]
    if policy.user:
        systemd.append(f"AmbientCapabilities={kernel}")
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


def reasons_of(text: str) -> dict[Capability, str]:
    """The reasons that a text of :func:`render` has, by capability."""
    known = {capability.docker: capability for capability in Capability}
    return {known[name]: reason for name, reason in _KEPT.findall(text) if name in known}


def _names(policy: Policy) -> list[str]:
    return sorted(rule.capability.docker for rule in policy.capabilities)


def _yaml(key: str, names: Iterable[str]) -> list[str]:
    items = [f"  - {name}" for name in names]
    return [f"{key}:", *items] if items else []
