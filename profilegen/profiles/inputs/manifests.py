"""Manifests of Kubernetes: ``securityContext`` of pods and containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profilegen.capabilities import Capability
from profilegen.errors import InputError
from profilegen.profiles.confinement import Confinement, Source
from profilegen.profiles.inputs.compose import UNCONFINED, texts
from profilegen.profiles.inputs.tree import joined
from profilegen.seccomp.flags import bounding_set
from profilegen.seccomp.read import parse
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.profiles.inputs.tree import Tree
    from profilegen.seccomp.document import Document

_PATHS = (
    ("spec",),
    ("spec", "template", "spec"),
    ("spec", "jobTemplate", "spec", "template", "spec"),
    ("template", "spec"),
)
"""Where the pod stands: Pod; Deployment and its like, Job; CronJob; PodTemplate."""
_LISTS = ("initContainers", "containers")


def is_one(document: Any) -> bool:
    """Whether a YAML document has pods."""
    return any(True for _ in _pods(document))


def read(documents: Iterable[Any], source: Source, path: str, tree: Tree) -> tuple[Confinement, ...]:
    """What each container of each pod is confined by, under the container's name.

    Args:
        documents: those that have pods.
        source: the text of the file.
        path: of the file: a Localhost profile is looked for beside it by its last name, because the node that
            has it is elsewhere.
        tree: where it is.

    Raises:
        InputError: a pod has something else where its security context stands.
    """
    return tuple(
        _container(container, pod, source, path, tree)
        for document in documents
        for pod in _pods(document)
        for key in _LISTS
        for container in pod.get(key) or ()
        if isinstance(container, dict)
    )


def _pods(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict) and isinstance(document.get("items"), list):
        for item in document["items"]:
            yield from _pods(item)
        return
    for path in _PATHS:
        found = document
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, dict) and isinstance(found.get("containers"), list):
            yield found


def _container(
    container: dict[str, Any], pod: dict[str, Any], source: Source, path: str, tree: Tree
) -> Confinement:
    name = str(container.get("name", ""))
    where = f"{printable(source.file)}: container {printable(name, 60)}"
    own, around = (_mapping(one.get("securityContext"), where) for one in (container, pod))
    sources = {"capabilities": source}
    if own.get("privileged") is True:
        return Confinement(name, {None: UNCONFINED}, frozenset(Capability), sources)
    listed = _mapping(own.get("capabilities"), where)
    try:
        capabilities = bounding_set(
            texts(listed.get("add"), f"{where}: add"), texts(listed.get("drop"), f"{where}: drop")
        )
    except ValueError as error:
        raise InputError(f"{where}: {error}") from error
    chosen = _mapping(own.get("seccompProfile") or around.get("seccompProfile"), where)
    documents: dict[Any, Document] = {None: UNCONFINED}
    warnings: tuple[str, ...] = ()
    match chosen.get("type"):
        case "RuntimeDefault":
            documents = {}
        case "Localhost":
            file = joined(path.rpartition("/")[0], str(chosen.get("localhostProfile", "")).rpartition("/")[2])
            content = tree.read(file)
            if content is None:
                named = printable(str(chosen.get("localhostProfile")), 100)
                copy = f"put a copy beside the manifest: {printable(file)}"
                raise InputError(f"{where}: its profile {named} lies on the node", copy)
            documents = {None: parse(content, printable(file)).document}
            sources["seccomp"] = Source(tree.shown(file), content.decode())
        case _:
            warnings = (f"{where} has no seccomp profile: Kubernetes runs it without a filter",)
    return Confinement(name, documents, capabilities, sources, warnings=warnings)


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InputError(f"{where}: a security context is not a mapping")
    return value
