"""Docker Engine, through its SDK: event stream, inspect, versions."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from profilegen.containers.daemon import daemon_label
from profilegen.containers.engines.inspect import described
from profilegen.containers.engines.unreachable import docker_unreachable
from profilegen.containers.images import Image, tags_of
from profilegen.containers.labels import chosen_labels
from profilegen.containers.life import after_docker_event
from profilegen.containers.model import EngineContainer
from profilegen.errors import EngineUnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from profilegen.containers.cgroup_paths import CgroupOwner
    from profilegen.containers.interface import Started
    from profilegen.containers.registry import Registry

_ANSWER_SECONDS = 120
"""It says nothing of a container that it is starting, and a busy machine is slow at that."""


class DockerEngine:
    """A Docker daemon, found as the docker client finds it (DOCKER_HOST, else the default socket).

    Args:
        registry: where it writes what it knows.
        labels: those that were asked for.

    Raises:
        EngineUnreachableError: it does not answer.
    """

    def __init__(self, registry: Registry, labels: Iterable[str] = ()) -> None:
        import docker  # noqa: PLC0415 - emit and --help must not pay for it
        import requests  # noqa: PLC0415

        self._errors = (docker.errors.DockerException, requests.exceptions.RequestException, OSError)
        try:
            self._client = docker.from_env(timeout=_ANSWER_SECONDS)
        except (*self._errors, ValueError) as error:  # ValueError: an address that is not a URL
            raise docker_unreachable(error) from error
        self._registry = registry
        self._labels = tuple(labels)
        self._images: dict[str, Image] = {}
        self._stream: Any = None
        self._asking = False

    def may_know(self, owner: CgroupOwner) -> bool:
        """See :class:`profilegen.containers.interface.Engine`."""
        return owner.engine in {"docker", ""}

    def busy(self) -> bool:
        """See :class:`profilegen.containers.interface.Engine`; it listens already when that is asked."""
        return self._asking

    def follow(self, started: Started) -> None:
        """See :class:`profilegen.containers.interface.Engine`."""
        try:
            self._stream = self._client.events(decode=True, filters={"type": "container"})
        except self._errors as error:
            raise EngineUnreachableError(
                f"Docker's events cannot be followed: {_first_line(error)}"
            ) from error
        threading.Thread(target=self._read, args=(started,), name="docker-events", daemon=True).start()

    def running(self) -> tuple[EngineContainer, ...]:
        """See :class:`profilegen.containers.interface.Engine`."""
        try:
            listed = self._client.api.containers()
        except self._errors as error:
            raise EngineUnreachableError(
                f"Docker does not list its containers: {_first_line(error)}"
            ) from error
        ids = [str(entry["Id"]) for entry in listed]
        for container_id in ids:
            self._registry.start(container_id)
        return tuple(self._learn(container_id, {}) for container_id in ids)

    def close(self) -> None:
        """See :class:`profilegen.containers.interface.Engine`."""
        if self._stream is not None:
            self._stream.close()
        self._client.close()

    @cached_property
    def components(self) -> Mapping[str, str]:
        """Versions of its parts by name: Engine, containerd, runc, docker-init."""
        return {
            str(part.get("Name", "")): str(part.get("Version", ""))
            for part in self._version.get("Components") or ()
        }

    @cached_property
    def _version(self) -> Mapping[str, Any]:
        """Asked for when the first container needs it: connecting has asked already which API it speaks."""
        try:
            return self._client.version()
        except self._errors:
            return {}

    @cached_property
    def _daemon_label(self) -> str:
        """AppArmor's; a daemon that is reached through the network is on another machine."""
        if not self._client.api.base_url.startswith(_UNIX):
            return ""
        adapter: Any = self._client.api.get_adapter(_UNIX)
        return daemon_label(adapter.socket_path)

    def _read(self, started: Started) -> None:
        """Inspect on ``create``: a container of 30 ms is gone before ``start`` could be answered.

        A name is the one at the first start: renaming a container while it runs takes it out of no
        selection. The event has it; the inspection may come after a renaming already.
        """
        try:
            for event in self._stream:
                container_id, action = str(event.get("id", "")), str(event.get("Action", ""))
                attributes = event.get("Actor", {}).get("Attributes", {})
                self._asking = True
                if action == "create":
                    self._learn(container_id, attributes)
                elif action == "start":
                    info = self._registry.get(container_id) or self._learn(container_id, attributes)
                    self._registry.start(container_id)
                    started(info)
                elif action == "destroy":
                    self._registry.destroy(container_id)
                self._registry.happened(container_id, partial(after_docker_event, action=action))
                self._asking = False
        except self._errors:
            return  # closed by us, or the daemon is gone: what was learnt stays
        except (AttributeError, ValueError):
            return  # the SDK reads from a response that close() took away
        finally:
            self._asking = False

    def _learn(self, container_id: str, attributes: Mapping[str, str]) -> EngineContainer:
        known = self._registry.get(container_id)
        try:
            info = self._describe(self._client.api.inspect_container(container_id))
            first = self._registry.first_name(container_id)
            info = replace(info, name=first or attributes.get("name") or info.name)
        except self._errors:
            image = attributes.get("image", "")
            known_image = self._image(image)
            info = known or EngineContainer(
                id=container_id,
                name=attributes.get("name", ""),
                image=image,
                image_id=known_image.id,
                image_tags=known_image.tags,
                repo_digest=known_image.digest,
                labels=chosen_labels(attributes, self._labels),
                engine="docker",
                engine_version=str(self._version.get("Version", "")),
                daemon_label=self._daemon_label,
            )
        self._registry.add(info)
        return info

    def _describe(self, inspected: Mapping[str, Any]) -> EngineContainer:
        info = described(inspected, "docker", self._registry.began, self._labels)
        runtime = str((inspected.get("HostConfig") or {}).get("Runtime") or "runc")
        runtime = _RUNTIME_NAMES.get(runtime, runtime)
        image = self._image(info.image_id)
        return replace(
            info,
            image_tags=image.tags,
            repo_digest=image.digest,
            engine_version=str(self._version.get("Version", "")),
            runtime=runtime,
            runtime_version=self.components.get(runtime, ""),
            daemon_label=self._daemon_label,
        )

    def _image(self, reference: str) -> Image:
        """An image by id or name."""
        if reference not in self._images:
            try:
                image = self._client.api.inspect_image(reference)  # type: ignore[no-untyped-call]
            except self._errors:
                image = {}
            digests = image.get("RepoDigests") or ()
            digest = str(min(digests)) if digests else None
            self._images[reference] = Image(str(image.get("Id", "")), digest, tags_of(image))
        return self._images[reference]


_UNIX = "http+docker://"
"""How the SDK calls a unix socket."""
_RUNTIME_NAMES = {"io.containerd.runc.v2": "runc", "io.containerd.runc.v1": "runc"}


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
