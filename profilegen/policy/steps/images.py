"""Step: whose recording it is, where that could surprise: several images, one of several projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.model import Severity
from profilegen.recording import image_ids, is_of_image, said_images, said_project, service_of
from profilegen.subject import safe_name
from profilegen.text import printable

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft


def images_and_projects(draft: Draft) -> Draft:
    """Say that images were merged, and why a service has its project's folder in its name."""
    images = len(image_ids(draft.recording))
    if images > 1:
        draft = draft.note(
            Severity.NOTE,
            f"{images} images were recorded under this name, and the profile allows what any of them did: "
            f"{said_images([draft.recording])}; different programs need different names (record --subject)",
        )
    named = draft.options.image
    if named and not is_of_image(draft.recording, named):
        draft = draft.note(
            Severity.NOTE,
            f"the project file says that this is {printable(named, 100)}, and it was recorded from "
            f"{said_images([draft.recording])}",
        )
    service, _ = service_of(draft.recording)
    if service and draft.recording.subject != safe_name(service):
        return draft.note(
            Severity.NOTE,
            f"this is the service {printable(service, 100)} of {said_project(draft.recording)}: another "
            "project has a service of that name too",
        )
    return draft
