"""What an engine says about a container, without anything that an environment could hide in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LABEL_SUBJECT = "profilegen.subject"
LABEL_SERVICE = "com.docker.compose.service"


@dataclass(frozen=True, slots=True)
class ContainerInfo:
    """One container by the engine's words; empty where it could not be asked in time."""

    id: str
    """Full id, 64 hex digits."""
    name: str = ""
    image: str = ""
    image_id: str = ""
    repo_digest: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    user: str = ""
    engine: str = ""
    engine_version: str = ""
    runtime: str = ""
    runtime_version: str = ""
    privileged: bool = False
    no_new_privileges: bool = False
    seccomp_profile: str = ""
    """``default`` (the engine's), ``custom`` or ``unconfined``; empty where the engine did not say."""

    @property
    def service(self) -> str:
        """The compose service, empty if it is none."""
        return self.labels.get(LABEL_SERVICE, "")
