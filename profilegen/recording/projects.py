"""Services of one name in several projects: told apart by the projects' folders."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from profilegen.subject import safe_name
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from profilegen.recording.model import Recording

_SUFFIXES = frozenset({".json", ".yaml", ".yml"})
_LONGEST_FOLDER = 60
"""Characters: the service has to have room in the name behind it."""


def service_of(recording: Recording) -> tuple[str, str]:
    """Service and project that a recording is of; both empty if it is of none, or of several."""
    found = {
        (container.service, container.project)
        for container in recording.containers
        if container.service and container.project
    }
    return found.pop() if len(found) == 1 else ("", "")


def of_service(recording: Recording, service: str, project: str) -> Recording:
    """The recording as that of a project's service; as it is if no project is known."""
    if not project:
        return recording
    return _with_containers(recording, {"service": service, "project": project})


def _with_containers(recording: Recording, update: dict[str, str]) -> Recording:
    containers = tuple(container.model_copy(update=update) for container in recording.containers)
    return recording.model_copy(update={"containers": containers})


def told_apart(recordings: Iterable[Recording]) -> list[Recording]:
    """The recordings in their order, with subjects ``FOLDER-SERVICE`` where projects meet.

    A service that is told apart in one of them stays so. What belongs to no known project keeps its subject.
    """
    known = list(recordings)
    projects: dict[str, set[str]] = defaultdict(set)
    apart: set[str] = set()
    for recording in known:
        service, project = service_of(recording)
        if service:
            projects[service].add(project)
            if recording.subject != safe_name(service):
                apart.add(service)
    return [_renamed(recording, projects, apart) for recording in known]


def said_project(recording: Recording) -> str:
    """Its project for a sentence: the folder and the file, as a path."""
    return printable(service_of(recording)[1].replace(":", "/").rstrip("/"), 200)


def _renamed(
    recording: Recording, projects: Mapping[str, Collection[str]], apart: Collection[str]
) -> Recording:
    service, project = service_of(recording)
    if not service or (len(projects[service]) == 1 and service not in apart):
        return recording
    name = safe_name(f"{_short(project, projects[service])}-{service}")
    return recording if name == recording.subject else recording.model_copy(update={"subject": name})


def _short(project: str, others: Iterable[str]) -> str:
    """The project's folder; of several in one folder also the file."""
    folder, _, file = project.rpartition(":")
    if any(other != project and other.rpartition(":")[0] == folder for other in others):
        path = PurePosixPath(file)
        folder += "-" + str(path.with_suffix("") if path.suffix in _SUFFIXES else path)
    return folder[-_LONGEST_FOLDER:]


def called(recordings: Iterable[Recording], subject: str) -> list[Recording]:
    """The recordings as those of one subject, whatever each was called; they are told apart no more."""
    plain = (_with_containers(recording, {"project": "", "service": ""}) for recording in recordings)
    return [recording.model_copy(update={"subject": subject}) for recording in plain]
