"""Which engine and container a cgroup belongs to, by its path in the v2 tree."""

from __future__ import annotations

import re
from typing import NamedTuple


class CgroupOwner(NamedTuple):
    """Engine by name and the container's full id."""

    engine: str
    container_id: str


_ID = r"(?P<id>[0-9a-f]{64})"
# Drivers: cgroupfs uses folders, systemd scopes. The id stands at the end of one path component.
_PATTERNS = (
    ("docker", re.compile(rf"/docker/{_ID}(?:/|$)")),
    ("docker", re.compile(rf"/docker-{_ID}\.scope(?:/|$)")),
    ("podman", re.compile(rf"/libpod-{_ID}(?:\.scope)?(?:/|$)")),
    ("containerd", re.compile(rf"/cri-containerd-{_ID}\.scope(?:/|$)")),
    ("cri-o", re.compile(rf"/crio-{_ID}(?:\.scope)?(?:/|$)")),
    ("", re.compile(rf"/{_ID}(?:/|$)")),
)


def owner_of(cgroup_path: str) -> CgroupOwner | None:
    """The container that a cgroup path belongs to, None if it is no container's.

    conmon, podman's monitor, has a scope of its own beside the container's: no container.
    """
    for engine, pattern in _PATTERNS:
        found = pattern.search(cgroup_path)
        if found is not None:
            return CgroupOwner(engine, found["id"])
    return None
