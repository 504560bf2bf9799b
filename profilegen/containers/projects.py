"""Which project a service belongs to, known by the project's files and never by the project's name."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from profilegen.containers import labels

if TYPE_CHECKING:
    from collections.abc import Collection

    from profilegen.containers.model import EngineContainer

_ELEMENT = 64
"""Characters that are kept of a path element: labels may be of any length."""

_POD = re.compile(r"(.+?)(?:-(?=[a-z]*[0-9])[0-9a-z]{6,10})?-(?:[0-9a-z]{5}|[0-9]+)")
"""Its workload, the hash of a ReplicaSet if it has one, and what tells it from its replicas."""
_LONGEST_POD = 253


class Project(NamedTuple):
    """A compose project by its folder and first file; another orchestrator's workload has a name alone.

    Files beside the first are overrides: with or without them, it is the same project.
    """

    folder: tuple[str, ...]
    """All elements of the folder's path."""
    file: str = ""
    """Relative to the folder."""


def project_of(container: EngineContainer) -> Project | None:
    """The project of a container's service, or the workload of its role; None if nothing says it."""
    for orchestrator in labels.ORCHESTRATORS:
        if orchestrator.role in container.labels:
            workload = container.labels.get(orchestrator.workload, "")
            if orchestrator.workload == labels.POD_NAME:
                workload = _workload(workload)
            return Project((workload[:_ELEMENT],)) if workload else None
    folder = _elements(container.labels.get(labels.WORKING_DIR, ""))
    if not folder:
        return None
    first = container.labels.get(labels.CONFIG_FILES, "").split(",", 1)[0]
    return Project(folder, "/".join(_relative(first, folder)))


def _workload(pod: str) -> str:
    found = _POD.fullmatch(pod[:_LONGEST_POD])
    return pod if found is None else found[1]


def short_names(projects: Collection[Project]) -> dict[Project, str]:
    """``FOLDER:FILE`` of each, with as many elements of the folder's path as tell these projects apart.

    One element is the rule, because a checkout lies elsewhere on each machine.
    """
    return {project: _short_name(project, projects) for project in projects}


def _short_name(project: Project, others: Collection[Project]) -> str:
    folder, file = project
    for depth in range(1, len(folder) + 1):
        end = folder[-depth:]
        if not any(
            other.folder != folder and other.folder[-depth:] == end and other.file == file for other in others
        ):
            return f"{'/'.join(end)}:{file}"
    return f"{'/'.join(folder)}:{file}"


def _relative(file: str, folder: tuple[str, ...]) -> tuple[str, ...]:
    """A file's path from the project's folder on.

    An absolute one loses the folder. Docker-compose 1.29 writes what was typed, from wherever that was:
    of ``shop/compose.yml`` the part that ends the folder's path is taken away.
    """
    elements = _elements(file)
    if file.startswith("/"):
        return elements[len(folder) :] if elements[: len(folder)] == folder else elements[-1:]
    for length in range(min(len(elements) - 1, len(folder)), 0, -1):
        if folder[-length:] == elements[:length]:
            return elements[length:]
    return elements


def _elements(path: str) -> tuple[str, ...]:
    normal = posixpath.normpath(path.replace("\\", "/")) if path else ""
    return tuple(one[:_ELEMENT] for one in normal.split("/") if one not in ("", ".", ".."))
