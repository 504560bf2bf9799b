"""The name of a container's subject."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profilegen.containers import labels
from profilegen.containers.images import image_name
from profilegen.containers.random_tails import given_name
from profilegen.subject import safe_name

if TYPE_CHECKING:
    from profilegen.containers.model import EngineContainer

_ONE_OFF = "run"


def subject_name(container: EngineContainer, wished: str = "") -> str:
    """The first name that applies.

    The one of ``--subject``; the label ``profilegen.subject``; an orchestrator's name of the role; compose's
    of the service, ``SERVICE-run`` for ``compose run``; what a user gave of the container's name; the image's
    name, or its tag if it was run by its id, else the first digits of the id.
    """
    return safe_name(wished or _own_label(container) or role(container) or _by_itself(container))


def role(container: EngineContainer) -> str:
    """The name that an orchestrator or compose has for what the container does; it may have many replicas."""
    for orchestrator in labels.ORCHESTRATORS:
        name = container.labels.get(orchestrator.role, "").rsplit("/", 1)[-1]
        if name:
            return name
    service = container.service
    return f"{service}-{_ONE_OFF}" if service and _is_one_off(container, service) else service


def named_by_role(container: EngineContainer, wished: str = "") -> str:
    """The role if the subject is called after it, else empty."""
    return "" if wished or _own_label(container) else role(container)


def _own_label(container: EngineContainer) -> str:
    return container.labels.get(labels.SUBJECT, "")


def _is_one_off(container: EngineContainer, service: str) -> bool:
    """True for ``compose run``; podman-compose calls such a container ``PROJECT_SERVICE_tmpNUMBER``."""
    if container.labels.get(labels.ONE_OFF, "").lower() == "true":
        return True
    return re.search(rf"[-_]{re.escape(service)}[-_]tmp[0-9]+$", container.name) is not None


def _by_itself(container: EngineContainer) -> str:
    return given_name(container.name) or image_name(container) or container.id[:12]
