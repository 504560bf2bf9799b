"""Containers that nobody means: image builds, pod infrastructure, and the reaper of testcontainers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profilegen.containers.random_tails import is_generated

if TYPE_CHECKING:
    from profilegen.containers.model import EngineContainer
    from profilegen.containers.selection import Selection

_REAPER, _REAPER_IMAGE = "testcontainers-ryuk-", "testcontainers/ryuk"
"""Name (testcontainers-python, core/container.py: Reaper) and image, from whichever registry."""
_POD_INFRA = re.compile(r"[0-9a-f]{12}-infra")


def is_build_step(container: EngineContainer) -> bool:
    """True for a RUN of Docker's classic builder (moby, builder/dockerfile).

    It keeps no log, has a generated name, and its image is a full id. BuildKit, podman and buildah build in
    cgroups that are no container's.
    """
    return (
        container.log_driver == "none"
        and container.image.startswith("sha256:")
        and is_generated(container.name)
    )


def is_pod_infrastructure(container: EngineContainer) -> bool:
    """True for the container that only holds a pod's namespaces, Kubernetes' or Podman's."""
    return container.labels.get("io.kubernetes.container.name") == "POD" or (
        container.engine == "podman" and _POD_INFRA.fullmatch(container.name) is not None
    )


def is_reaper(container: EngineContainer) -> bool:
    """True for the container that removes those of testcontainers when their process has gone."""
    return container.name.startswith(_REAPER) or _REAPER_IMAGE in container.image


def is_helper(container: EngineContainer) -> bool:
    """True for a container that nobody would look for a profile of."""
    return is_build_step(container) or is_pod_infrastructure(container) or is_reaper(container)


def is_left_out(container: EngineContainer, selection: Selection) -> bool:
    """True for a helper that was not asked for by its own name."""
    return is_helper(container) and not selection.names_it(container)


def is_recorded(container: EngineContainer, selection: Selection) -> bool:
    """Whether a container was asked for, and is none of an engine's own."""
    return selection.matches(container) and not is_left_out(container, selection)
