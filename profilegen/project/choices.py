"""What the project file chooses for each subject, where the command line does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.options import Choices

if TYPE_CHECKING:
    from collections.abc import Collection

    from profilegen.profiles.request import Request
    from profilegen.project.load import Project


def with_project(request: Request, project: Project, given: Collection[str]) -> Request:
    """The request with the project's choices for each subject that it has.

    Args:
        request: as the command line asks.
        project: the project file.
        given: what the command line has said and the project file cannot change: any of ``runtimes``,
            ``architectures``, ``args``, ``low_ports``.
    """
    subjects = {}
    for name, settings in project.subjects.items():
        chosen = {
            key: value
            for key in ("runtimes", "args", "low_ports")
            if key not in given and (value := getattr(settings, key))
        }
        options = replace(
            request.options, decisions=tuple(project.decisions[name]), image=settings.image, **chosen
        )
        own_arches = settings.architectures if "architectures" not in given else ()
        subjects[name] = Choices(options, own_arches or request.arches)
    return replace(request, subjects=subjects)
