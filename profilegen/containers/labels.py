"""Labels that say what a container is for: ours, and those that orchestrators set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SUBJECT = "profilegen.subject"

SERVICE = ("com.docker.compose.service", "io.podman.compose.service")
"""Compose's name of the service; podman-compose sets both."""
ONE_OFF = "com.docker.compose.oneoff"
"""``True`` in a container of ``compose run``; podman-compose has no label for it, only a name."""
WORKING_DIR = "com.docker.compose.project.working_dir"
CONFIG_FILES = "com.docker.compose.project.config_files"
"""Separated by commas; absolute since compose v2, as they were typed before."""

PROJECT = ("com.docker.compose.project", "io.podman.compose.project")
"""The project's name; pytest-docker makes it of the id of the process that runs the tests."""
TESTCONTAINERS_SESSION = "org.testcontainers.session-id"
"""One for each process that starts containers."""

POD_NAME = "io.kubernetes.pod.name"


class Orchestrator(NamedTuple):
    """The label with a container's role, and the one that tells workloads with equal roles apart."""

    role: str
    workload: str = ""


ORCHESTRATORS = (
    Orchestrator("com.docker.swarm.service.name"),  # one swarm has each name once
    Orchestrator("io.kubernetes.container.name", POD_NAME),  # cri-dockerd, and dockershim before it
    Orchestrator("com.amazonaws.ecs.container-name", "com.amazonaws.ecs.task-definition-family"),
    Orchestrator("com.hashicorp.nomad.task_name", "com.hashicorp.nomad.job_name"),
    Orchestrator("com.gitlab.gitlab-runner.service"),
)

_NAMING = (
    SUBJECT,
    *SERVICE,
    ONE_OFF,
    WORKING_DIR,
    CONFIG_FILES,
    *PROJECT,
    TESTCONTAINERS_SESSION,
    *(label for one in ORCHESTRATORS for label in one if label),
)


def chosen_labels(labels: Mapping[str, Any], wished: Iterable[str] = ()) -> dict[str, str]:
    """Those that name a subject or say whose it is, and those that were wished for.

    The others may hold secrets. None of them is ever part of a recording.
    """
    return {key: str(labels[key]) for key in (*_NAMING, *wished) if key in labels}
