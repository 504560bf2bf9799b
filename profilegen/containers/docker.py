"""Docker Engine, through its SDK: event stream, inspect, versions."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from profilegen.containers.model import LABEL_SERVICE, LABEL_SUBJECT, ContainerInfo
from profilegen.errors import EngineUnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.containers.engine import Started

_ANSWER_SECONDS = 30
_DESTROYED_KEPT = 256
"""Containers that the daemon no longer has and that are known: what was seen of one is asked for soon."""


class DockerEngine:
    """A Docker daemon, found as the docker client finds it (DOCKER_HOST, else the default socket).

    Attributes:
        components: versions of its parts by name: Engine, containerd, runc, docker-init.

    Raises:
        EngineUnreachableError: it does not answer.
    """

    def __init__(self) -> None:
        import docker  # noqa: PLC0415 - emit and --help must not pay for it
        import requests  # noqa: PLC0415

        self._errors = (docker.errors.DockerException, requests.exceptions.RequestException, OSError)
        try:
            self._client = docker.from_env(timeout=_ANSWER_SECONDS)
            version = self._client.version()
        except self._errors as error:
            raise EngineUnreachableError(
                f"the Docker daemon does not answer: {_first_line(error)}"
            ) from error
        self._version = str(version.get("Version", ""))
        self.components: Mapping[str, str] = {
            str(part.get("Name", "")): str(part.get("Version", ""))
            for part in version.get("Components") or ()
        }
        self._known: dict[str, ContainerInfo] = {}
        self._started: set[str] = set()
        self._destroyed: deque[str] = deque()
        self._images: dict[str, tuple[str, str | None]] = {}
        self._news = threading.Condition()
        self._stream: Any = None

    def follow(self, started: Started) -> None:
        """See :class:`profilegen.containers.engine.Engine`."""
        try:
            self._stream = self._client.events(decode=True, filters={"type": "container"})
        except self._errors as error:
            raise EngineUnreachableError(
                f"Docker's events cannot be followed: {_first_line(error)}"
            ) from error
        threading.Thread(target=self._read, args=(started,), name="docker-events", daemon=True).start()

    def running(self) -> tuple[ContainerInfo, ...]:
        """See :class:`profilegen.containers.engine.Engine`."""
        try:
            listed = self._client.api.containers()
        except self._errors as error:
            raise EngineUnreachableError(
                f"Docker does not list its containers: {_first_line(error)}"
            ) from error
        ids = [str(entry["Id"]) for entry in listed]
        self._started.update(ids)
        return tuple(self._learn(container_id, {}) for container_id in ids)

    def find(self, container_id: str, seconds: float) -> ContainerInfo | None:
        """See :class:`profilegen.containers.engine.Engine`."""
        with self._news:
            while container_id not in self._known:
                if not self._news.wait(timeout=seconds):
                    return None
            return self._known[container_id]

    def close(self) -> None:
        """See :class:`profilegen.containers.engine.Engine`."""
        if self._stream is not None:
            self._stream.close()
        self._client.close()

    def _read(self, started: Started) -> None:
        """Inspect on ``create``: a container of 30 ms is gone before ``start`` could be answered.

        A name is the one at the first start: renaming a container while it runs takes it out of no
        selection. The event has it; the inspection may come after a renaming already.
        """
        try:
            for event in self._stream:
                container_id, action = str(event.get("id", "")), str(event.get("Action", ""))
                attributes = event.get("Actor", {}).get("Attributes", {})
                if action == "create":
                    self._learn(container_id, attributes)
                elif action == "start":
                    info = self._known.get(container_id) or self._learn(container_id, attributes)
                    self._started.add(container_id)
                    started(info)
                elif action == "destroy":
                    self._forget_in_time(container_id)
        except self._errors:
            return  # closed by us, or the daemon is gone: what was learnt stays
        except (AttributeError, ValueError):
            return  # the SDK reads from a response that close() took away

    def _learn(self, container_id: str, attributes: Mapping[str, str]) -> ContainerInfo:
        known = self._known.get(container_id)
        try:
            info = self._describe(self._client.api.inspect_container(container_id))
            first = known.name if known is not None and container_id in self._started else ""
            info = replace(info, name=first or attributes.get("name") or info.name)
        except self._errors:
            image = attributes.get("image", "")
            image_id, digest = self._image(image)
            info = known or ContainerInfo(
                id=container_id,
                name=attributes.get("name", ""),
                image=image,
                image_id=image_id,
                repo_digest=digest,
                labels=_labels(attributes),
                engine="docker",
                engine_version=self._version,
            )
        with self._news:
            self._known[container_id] = info
            self._news.notify_all()
        return info

    def _forget_in_time(self, container_id: str) -> None:
        """A daemon that starts containers for weeks must not fill the recorder's memory."""
        self._destroyed.append(container_id)
        if len(self._destroyed) > _DESTROYED_KEPT:
            old = self._destroyed.popleft()
            self._started.discard(old)
            with self._news:
                self._known.pop(old, None)

    def _describe(self, inspected: Mapping[str, Any]) -> ContainerInfo:
        config, host = inspected.get("Config") or {}, inspected.get("HostConfig") or {}
        runtime = str(host.get("Runtime") or "runc")
        image_id = str(inspected.get("Image", ""))
        return ContainerInfo(
            id=str(inspected["Id"]),
            name=str(inspected.get("Name", "")).removeprefix("/"),
            image=str(config.get("Image", "")),
            image_id=image_id,
            repo_digest=self._image(image_id)[1],
            labels=_labels(config.get("Labels") or {}),
            command=_command(str(inspected.get("Path", "")), *(str(a) for a in inspected.get("Args") or ())),
            user=str(config.get("User", "")),
            engine="docker",
            engine_version=self._version,
            runtime=_RUNTIME_NAMES.get(runtime, runtime),
            runtime_version=self.components.get(_RUNTIME_NAMES.get(runtime, runtime), ""),
            privileged=bool(host.get("Privileged")),
            no_new_privileges=any(str(o) in _NO_NEW_PRIVILEGES for o in host.get("SecurityOpt") or ()),
        )

    def _image(self, reference: str) -> tuple[str, str | None]:
        """Id and registry digest of an image by id or name; no digest if it was built or imported here."""
        if reference not in self._images:
            try:
                image = self._client.api.inspect_image(reference)  # type: ignore[no-untyped-call]
            except self._errors:
                image = {}
            digests = image.get("RepoDigests") or ()
            self._images[reference] = str(image.get("Id", "")), str(min(digests)) if digests else None
        return self._images[reference]


_RUNTIME_NAMES = {"io.containerd.runc.v2": "runc", "io.containerd.runc.v1": "runc"}
_NO_NEW_PRIVILEGES = frozenset({"no-new-privileges", "no-new-privileges:true", "no-new-privileges=true"})


_LONGEST_COMMAND = 32 * 1024
"""Characters. A command line may have two million, and a recording of 2,000 containers has it 2,000 times."""


def _labels(labels: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(labels[key]) for key in (LABEL_SUBJECT, LABEL_SERVICE) if key in labels}


def _command(*arguments: str) -> tuple[str, ...]:
    """The command line; one that is too long ends in an ellipsis."""
    kept: list[str] = []
    room = _LONGEST_COMMAND
    for argument in arguments:
        if len(argument) >= room:
            return (*kept, argument[:room] + "…")
        kept.append(argument)
        room -= len(argument) + 1
    return tuple(kept)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
