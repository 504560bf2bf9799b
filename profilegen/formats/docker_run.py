"""The flags of ``docker run`` that go with the profiles, one a line, no path among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.formats.apparmor.profile import profile_name
from profilegen.seccomp.flags import ARGUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.capabilities import Capability
    from profilegen.policy.model import Policy

FILE = ARGUMENTS


def capability_flags(kept: Iterable[Capability]) -> list[str]:
    """All dropped but these, sorted."""
    return ["--cap-drop=ALL", *sorted(f"--cap-add={capability.docker}" for capability in kept)]


def render(policy: Policy, *, with_apparmor: bool = False) -> str:
    """Flags of ``docker run`` and ``podman run``.

    Args:
        policy: what the container may do.
        with_apparmor: name the AppArmor profile, which then has to be loaded on the host.
    """
    flags = capability_flags(rule.capability for rule in policy.capabilities)
    if policy.no_new_privileges:
        flags.append("--security-opt=no-new-privileges")
    if with_apparmor:
        flags.append(f"--security-opt=apparmor={profile_name(policy)}")
    return "".join(f"{flag}\n" for flag in flags)
