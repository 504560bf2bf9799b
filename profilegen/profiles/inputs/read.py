"""Finds out what kind of file it is that confines containers, and reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from profilegen.errors import InputError, SeccompUnreadableError
from profilegen.profiles.confinement import Confinement, Source
from profilegen.profiles.inputs import compose, folder, manifests
from profilegen.profiles.inputs.tree import Disk
from profilegen.seccomp.read import parse
from profilegen.text import printable

if TYPE_CHECKING:
    from pathlib import Path

    from profilegen.profiles.inputs.tree import Tree
    from profilegen.seccomp.read import Loaded

_YAML = (".yaml", ".yml")


def read_confinements(path: Path | str, tree: Tree | None = None) -> tuple[Confinement, ...]:
    """What a file or folder confines, sorted by subject.

    Args:
        path: a folder that ``emit`` wrote, or one subject's folder in it; a seccomp profile of OCI, Docker,
            Podman or Kubernetes; a compose file; a manifest of Kubernetes.
        tree: where it is; None: on disk.

    Raises:
        InputError: there is nothing of that kind, or it cannot be read.
        SeccompUnreadableError: a seccomp profile in it is one that no engine takes.
    """
    place, tree = str(path), tree or Disk()
    if tree.is_folder(place):
        found = folder.read(place, tree)
    else:
        content = tree.read(place)
        if content is None:
            raise InputError(f"{printable(place)} does not exist", "profilegen emit RECORDING... -o DIR")
        found = _of_file(content, place, tree)
    return tuple(sorted(found, key=lambda one: one.subject))


def _of_file(content: bytes, path: str, tree: Tree) -> tuple[Confinement, ...]:
    if not path.lower().endswith(_YAML):
        try:
            loaded = parse(content, printable(path))
        except SeccompUnreadableError:
            if (found := _of_yaml(content, path, tree)) is not None:
                return found
            raise
        return (_profile(loaded, content, tree.shown(path)),)
    found = _of_yaml(content, path, tree)
    if found is None:
        raise InputError(
            f"{printable(path)} is neither a compose file nor a manifest of Kubernetes",
            "give the folder that profilegen emit wrote, or a seccomp profile as JSON",
        )
    return found


def _profile(loaded: Loaded, content: bytes, shown: str) -> Confinement:
    """A seccomp profile alone: whose it is, and with which capabilities, it does not say."""
    source = Source(shown, content.decode(errors="replace"))
    return Confinement("", {None: loaded.document}, None, {"seccomp": source}, warnings=loaded.warnings)


def _of_yaml(content: bytes, path: str, tree: Tree) -> tuple[Confinement, ...] | None:
    """What a compose file or manifest confines; None: it is neither."""
    from profilegen.files.yaml import load_yaml  # noqa: PLC0415 - a seccomp profile needs none

    try:
        documents = load_yaml(content, path)
    except InputError:
        if path.lower().endswith(_YAML):
            raise
        return None
    shown = tree.shown(path)
    for one in documents:
        if isinstance(one, dict) and str(one.get("kind", "")).startswith("SeccompProfile"):
            text = json.dumps(one, default=str).encode()
            return (_profile(parse(text, printable(shown)), content, shown),)
    source = Source(shown, content.decode(errors="replace"))
    services = [one for one in documents if compose.is_one(one)]
    if services:
        return compose.read(services[0], source, path, tree)
    resources: list[Any] = [one for one in documents if manifests.is_one(one)]
    return manifests.read(resources, source, path, tree) if resources else None
