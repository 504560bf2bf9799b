"""Compose files: ``security_opt``, ``cap_drop``, ``cap_add`` and ``privileged`` of every service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from profilegen.capabilities import Capability
from profilegen.errors import InputError
from profilegen.files.yaml import load_yaml
from profilegen.profiles.confinement import Confinement, Source
from profilegen.profiles.inputs.tree import joined
from profilegen.seccomp.document import Document
from profilegen.seccomp.filter import Action
from profilegen.seccomp.flags import bounding_set
from profilegen.seccomp.read import parse
from profilegen.text import printable

if TYPE_CHECKING:
    from profilegen.profiles.inputs.tree import Tree

UNCONFINED = Document(defaultAction=Action.ALLOW)
"""What no filter at all comes to."""
_OPTION = re.compile(r"seccomp[:=](.+)", re.DOTALL)


def is_one(document: Any) -> bool:
    """Whether a YAML document is a compose file."""
    return isinstance(document, dict) and isinstance(document.get("services"), dict)


def services_of(content: bytes, name: str) -> dict[str, Any]:
    """The services of a compose file by name, with whatever each has; none of what is not a compose file.

    Raises:
        InputError: it is not YAML.
    """
    documents = filter(is_one, load_yaml(content, name))
    return {str(service): settings for one in documents for service, settings in one["services"].items()}


def read(document: Any, source: Source, path: str, tree: Tree) -> tuple[Confinement, ...]:
    """What each service is confined by.

    Args:
        document: the file, as read.
        source: its text.
        path: of the file; seccomp profiles are relative to its folder, as compose v2 takes them.
        tree: where it is.

    Raises:
        InputError: a service has something else where options or capabilities stand.
        SeccompUnreadableError: a seccomp profile is one that no engine takes.
    """
    return tuple(
        _service(str(name), service or {}, source, path, tree)
        for name, service in document["services"].items()
    )


def _service(name: str, service: Any, source: Source, path: str, tree: Tree) -> Confinement:
    where = f"{printable(source.file)}: service {printable(name, 60)}"
    if not isinstance(service, dict):
        raise InputError(f"{where} is not a mapping")
    sources = {"capabilities": source}
    if service.get("privileged") is True:
        return Confinement(name, {None: UNCONFINED}, frozenset(Capability), sources)
    added, dropped = (texts(service.get(key), f"{where}: {key}") for key in ("cap_add", "cap_drop"))
    try:
        capabilities = bounding_set(added, dropped)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from error
    options = (_OPTION.fullmatch(one) for one in texts(service.get("security_opt"), f"{where}: security_opt"))
    chosen = next((found[1] for found in options if found), None)
    if chosen is None:
        return Confinement(name, {}, capabilities, sources)
    if chosen == "unconfined":
        return Confinement(name, {None: UNCONFINED}, capabilities, sources)
    file = joined(path.rpartition("/")[0], chosen)
    content = tree.read(file)
    if content is None:
        raise InputError(f"{where}: its seccomp profile {printable(file)} does not exist")
    loaded = parse(content, printable(file))
    sources["seccomp"] = Source(tree.shown(file), content.decode())
    return Confinement(name, {None: loaded.document}, capabilities, sources, warnings=loaded.warnings)


def texts(value: Any, where: str) -> tuple[str, ...]:
    """A list of strings, empty if there is none.

    Raises:
        InputError: it is something else.
    """
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InputError(f"{where} is not a list of strings")
    return tuple(value)
