"""How a subject is called: the name of its recording and of its folder of profiles."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from profilegen.containers.model import LABEL_SUBJECT, ContainerInfo

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_GENERATED = re.compile(r"([a-z]+)_[a-z]+[0-9]?")
_LONGEST = 128


def subject_name(container: ContainerInfo) -> str:
    """Label, compose service, the name if a person gave it, the image's last element, the short id."""
    image = container.image.rsplit("/", 1)[-1].split("@", 1)[0].split(":", 1)[0]
    if re.fullmatch(r"[0-9a-f]{12,64}", image):  # run by id: as good as no name
        image = ""
    given = "" if is_generated(container.name) else container.name
    candidates = (container.labels.get(LABEL_SUBJECT, ""), container.service, given, image, container.id[:12])
    return safe_name(next(name for name in candidates if name))


def safe_name(name: str) -> str:
    """A name that is one path element: never empty, hidden or a way out of the folder."""
    safe = _UNSAFE.sub("_", name)[:_LONGEST]
    return "_" + safe[1:] if safe.startswith((".", "-")) else safe or "_"


def is_generated(name: str) -> bool:
    """The form that Docker and Podman invent: adjective_surname (moby, pkg/namesgenerator)."""
    found = _GENERATED.fullmatch(name)
    return not name or (found is not None and found[1] in _adjectives())


@cache
def _adjectives() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "adjectives.txt").read_text().split())
