"""Which engine and container a cgroup belongs to, by its path in the v2 tree."""

from __future__ import annotations

import re
from typing import NamedTuple


class Layout(NamedTuple):
    """How an engine names the cgroup of a container: the id stands at the end of one path component."""

    engine: str
    """Empty: engines whose layout has no name in it, and containers below a parent of the user's choice."""
    pattern: re.Pattern[str]
    ask: str
    """What tells the rest by the id, for people; Docker and podman are asked by modules beside this one."""


class CgroupOwner(NamedTuple):
    """Engine by name, the container's full id, and whose it is."""

    engine: str
    container_id: str
    ask: str = ""
    """See :class:`Layout`."""
    user: int | None = None
    """Numeric id of the user of a rootless engine, None: root's."""


_ID = r"(?P<id>[0-9a-f]{64})"
_END = r"(?:/|$)"

# The driver cgroupfs makes folders, systemd makes scopes. Below them may be what the runtime or a program
# makes: crun's folder "container", the slices of an init.
LAYOUTS = (
    Layout("docker", re.compile(rf"/docker/{_ID}{_END}"), "docker inspect"),
    Layout("docker", re.compile(rf"/docker-{_ID}\.scope{_END}"), "docker inspect"),
    Layout("podman", re.compile(rf"/libpod-{_ID}(?:\.scope)?{_END}"), "podman inspect"),
    Layout("containerd", re.compile(rf"/cri-containerd-{_ID}\.scope{_END}"), "crictl inspect"),
    Layout("containerd", re.compile(rf"[:/]cri-containerd:{_ID}{_END}"), "crictl inspect"),
    Layout("containerd", re.compile(rf"/nerdctl-{_ID}\.scope{_END}"), "nerdctl inspect"),
    Layout("cri-o", re.compile(rf"/crio-{_ID}(?:\.scope)?{_END}"), "crictl inspect"),
    # containerd's namespace (default, k8s.io, moby), a pod (kubepods/...), --cgroup-parent, runc by hand
    Layout("", re.compile(rf"/{_ID}{_END}"), "ctr --namespace NAMESPACE containers info"),
)
_USER = re.compile(r"/user\.slice/user-(\d{1,10})\.slice/")
"""systemd gives each user a slice, and a rootless engine makes its cgroups in there (user@.service(5))."""


def owner_of(cgroup_path: str) -> CgroupOwner | None:
    """The container that a cgroup path belongs to, None if it is no container's.

    conmon, the monitor of podman and CRI-O, has a scope of its own beside the container's: no container.
    """
    for engine, pattern, ask in LAYOUTS:
        found = pattern.search(cgroup_path)
        if found is not None:
            user = _USER.match(cgroup_path)
            return CgroupOwner(engine, found["id"], ask, None if user is None else int(user[1]))
    return None
