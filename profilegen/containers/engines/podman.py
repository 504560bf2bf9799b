"""Podman, through its command line: it has no daemon, and its API is seldom served."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from dataclasses import dataclass, replace
from functools import cached_property, partial
from time import time
from typing import TYPE_CHECKING, Any

from profilegen.containers.engines.inspect import described
from profilegen.containers.images import Image, tags_of
from profilegen.containers.labels import chosen_labels
from profilegen.containers.life import after_podman_event
from profilegen.containers.model import EngineContainer
from profilegen.errors import EngineUnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from profilegen.command.invoker import Invoker
    from profilegen.containers.cgroup_paths import CgroupOwner
    from profilegen.containers.interface import Started
    from profilegen.containers.registry import Registry

_ANSWER_SECONDS = 30
_END_SECONDS = 5


@dataclass(frozen=True, slots=True)
class _Versions:
    """Versions of podman and of its default runtime."""

    podman: str
    runtime: str
    runtime_version: str


class PodmanEngine:
    """Podman as root, or as the user behind sudo, whose rootless containers root's podman does not know."""

    def __init__(
        self, registry: Registry, invoker: Invoker | None = None, labels: Iterable[str] = ()
    ) -> None:
        self._registry = registry
        self._labels = tuple(labels)
        self._invoker = invoker
        self._images: dict[str, Image] = {}
        self._events: subprocess.Popen[bytes] | None = None
        self._asking = self._deaf = False

    def may_know(self, owner: CgroupOwner) -> bool:
        """See :class:`profilegen.containers.interface.Engine`."""
        user = None if self._invoker is None else self._invoker.uid
        return owner.engine == "podman" and owner.user == user and not self._deaf

    def busy(self) -> bool:
        """See :class:`profilegen.containers.interface.Engine`; its client takes its time to begin."""
        return self._asking

    def follow(self, started: Started) -> None:
        """See :class:`profilegen.containers.interface.Engine`.

        Events are kept in a file or in the journal: what happens before podman has come to read them is
        told too, from now on.
        """
        # It must not outlive us, whatever ends us (prctl(2), PR_SET_PDEATHSIG).
        bound = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        words = ("events", "--since", f"{time():.6f}", "--format", "json", "--filter", "type=container")
        self._asking = True
        try:
            self._events = subprocess.Popen(
                [*bound, "podman", *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                **self._identity(),
            )
        except OSError as error:
            raise EngineUnreachableError(f"podman cannot be run: {error.strerror}") from error
        lines = self._events.stdout or ()
        threading.Thread(target=self._read, args=(lines, started), name="podman-events", daemon=True).start()

    def running(self) -> tuple[EngineContainer, ...]:
        """See :class:`profilegen.containers.interface.Engine`."""
        ids = self._ask("ps", "--no-trunc", "--format", "{{.ID}}").split()
        for container_id in ids:
            self._registry.start(container_id)
        return tuple(self._learn(container_id, {}) for container_id in ids)

    def close(self) -> None:
        """See :class:`profilegen.containers.interface.Engine`."""
        if self._events is not None:
            self._events.terminate()
            try:
                self._events.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self._events.kill()
                self._events.wait()

    @property
    def components(self) -> Mapping[str, str]:
        """Versions of itself and its default runtime, nothing if it fails."""
        versions = self._versions
        found = {"podman": versions.podman, versions.runtime: versions.runtime_version}
        return {name: version for name, version in found.items() if name and version}

    def _read(self, lines: Iterable[bytes], started: Started) -> None:
        """Inspect a container on ``create``, and keep the name of its first start, as for Docker."""
        for line in lines:
            self._asking = True
            event = _parsed(line)
            container_id, action = str(event.get("ID", "")), event.get("Status")
            if action == "create":
                self._learn(container_id, event)
            elif action == "start":
                info = self._registry.get(container_id) or self._learn(container_id, event)
                self._registry.start(container_id)
                started(info)
            elif action == "remove":
                self._registry.destroy(container_id)
            self._registry.happened(container_id, partial(after_podman_event, status=str(action)))
            self._asking = False
        self._deaf = True  # closed by us, or it keeps no events (containers.conf(5), events_logger)
        self._asking = False

    def _learn(self, container_id: str, event: Mapping[str, Any]) -> EngineContainer:
        known = self._registry.get(container_id)
        inspected = _parsed(self._ask("container", "inspect", container_id))
        if inspected.get("Id") == container_id:
            info = described(inspected, "podman", self._registry.began, self._labels)
            first = self._registry.first_name(container_id)
            info = replace(info, name=first or str(event.get("Name", "")) or info.name)
            runtime = str(inspected.get("OCIRuntime", ""))
        elif known is not None:
            return known
        else:  # gone already: what the event has, and the runtime that it is unless somebody wished another
            info = EngineContainer(
                id=container_id,
                name=str(event.get("Name", "")),
                image=str(event.get("Image", "")),
                labels=chosen_labels(event.get("Attributes") or {}, self._labels),
                engine="podman",
            )
            runtime = self._versions.runtime
        info = self._complete(info, runtime)
        self._registry.add(info)
        return info

    def _complete(self, info: EngineContainer, runtime: str) -> EngineContainer:
        versions = self._versions
        image = self._image(info.image_id or info.image)
        return replace(
            info,
            image_id=image.id or info.image_id,
            image_tags=image.tags,
            repo_digest=image.digest,
            engine_version=versions.podman,
            runtime=runtime,
            runtime_version=versions.runtime_version if runtime == versions.runtime else "",
        )

    def _image(self, reference: str) -> Image:
        """An image by id or name; one that was built or imported here has a digest of localhost's."""
        if reference not in self._images:
            image = _parsed(self._ask("image", "inspect", reference))
            digests = [str(one) for one in image.get("RepoDigests") or ()]
            remote = [one for one in digests if not one.startswith("localhost/")]
            image_id = f"sha256:{image['Id']}" if "Id" in image else ""
            self._images[reference] = Image(image_id, min(remote, default=None), tags_of(image))
        return self._images[reference]

    @cached_property
    def _versions(self) -> _Versions:
        host = _parsed(self._ask("info", "--format", "json"))
        runtime = (host.get("host") or {}).get("ociRuntime") or {}
        words = str(runtime.get("version", "")).partition("\n")[0].split()  # crun version 1.8.1
        return _Versions(
            str((host.get("version") or {}).get("Version", "")),
            str(runtime.get("name", "")),
            words[-1] if words else "",
        )

    def _ask(self, *words: str) -> str:
        """What podman prints; nothing if it fails."""
        try:
            done = subprocess.run(
                ["podman", *words],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_ANSWER_SECONDS,
                check=False,
                **self._identity(),
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""

    def _identity(self) -> dict[str, Any]:
        """User and groups of podman, as keyword arguments of :class:`subprocess.Popen`; empty: as we run."""
        if self._invoker is None:
            return {}
        return {
            **self._invoker.identity,
            "env": dict(self._invoker.environment),
            "cwd": "/",
        }


def _parsed(text: str | bytes) -> Mapping[str, Any]:
    """An object of JSON, or the first of several; empty if it is none."""
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    content = content[0] if isinstance(content, list) and content else content
    return content if isinstance(content, dict) else {}
