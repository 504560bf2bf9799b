"""What an engine says about a container, without anything that an environment could hide in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from profilegen.containers.labels import SERVICE
from profilegen.containers.life import Life

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.containers.volumes import Volume


@dataclass(frozen=True, slots=True)
class EngineContainer:
    """One container by the engine's words; empty where it could not be asked in time."""

    id: str
    """Full id, 64 hex digits."""
    name: str = ""
    image: str = ""
    image_id: str = ""
    image_tags: tuple[str, ...] = ()
    repo_digest: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    user: str = ""
    engine: str = ""
    engine_version: str = ""
    runtime: str = ""
    runtime_version: str = ""
    daemon_label: str = ""
    """AppArmor's label of the engine's daemon; empty: unknown, or no AppArmor."""
    privileged: bool = False
    no_new_privileges: bool = False
    volumes: tuple[Volume, ...] = ()
    health_check: str = ""
    """The command of its health check on one line; empty: it has none."""
    one_cpu: bool = False
    """It gets the time of one CPU at most."""
    life: Life = field(default_factory=Life)
    """What has happened to it since its engine is followed."""
    log_driver: str = ""
    seccomp_profile: str = ""
    """``default`` (the engine's), ``custom`` or ``unconfined``; empty where the engine did not say."""

    @property
    def shown_name(self) -> str:
        """Its name, else the beginning of its id; not safe for a terminal."""
        return self.name or self.id[:12]

    @property
    def service(self) -> str:
        """The compose service, empty if it is none."""
        return next((self.labels[label] for label in SERVICE if label in self.labels), "")
