"""Folders that ``emit`` wrote: ``DIR/SUBJECT/`` with seccomp profiles, flags and an AppArmor profile."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from profilegen.abi import Abi
from profilegen.errors import InputError, SeccompUnreadableError, UsageError
from profilegen.formats import seccomp
from profilegen.profiles.confinement import Confinement, Source
from profilegen.profiles.inputs.tree import joined
from profilegen.seccomp.flags import ARGUMENTS, capabilities_of
from profilegen.seccomp.read import parse
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.profiles.inputs.tree import Tree
    from profilegen.seccomp.document import Document

APPARMOR = "apparmor"


def read(path: str, tree: Tree) -> tuple[Confinement, ...]:
    """The profiles of each subject in a folder, or those of one subject's folder.

    Raises:
        InputError: there are none.
        SeccompUnreadableError: one is not a profile that an engine takes.
    """
    names = tree.names(path)
    if _is_subject(names):
        return (_subject(path, path.rstrip("/").rpartition("/")[2], names, tree),)
    found = []
    for name in names:
        below = joined(path, name)
        if tree.is_folder(below) and _is_subject(inside := tree.names(below)):
            found.append(_subject(below, name, inside, tree))
    if not found:
        raise InputError(
            f"{printable(path)} has no profiles (SUBJECT/{seccomp.FILE})",
            "profilegen emit RECORDING... -o DIR",
        )
    return tuple(found)


def _is_subject(names: tuple[str, ...]) -> bool:
    return not {seccomp.FILE, ARGUMENTS, APPARMOR}.isdisjoint(names)


def _subject(path: str, subject: str, names: tuple[str, ...], tree: Tree) -> Confinement:
    documents: dict[Abi | None, Document] = {}
    sources: dict[str, Source] = {}
    warnings: list[str] = []
    for name, arch in _seccomp_files(names):
        content = tree.read(joined(path, name))
        if content is None:
            continue
        shown = tree.shown(joined(path, name))
        loaded = parse(content, printable(shown))
        documents[arch] = loaded.document
        sources["seccomp" if arch is None else f"seccomp.{arch.docker}"] = Source(shown, content.decode())
        warnings += loaded.warnings
    flags = _text(path, ARGUMENTS, tree, sources, "capabilities")
    apparmor = _text(path, APPARMOR, tree, sources, "apparmor")
    try:
        capabilities = None if flags is None else capabilities_of(flags)
    except ValueError as error:
        raise SeccompUnreadableError(
            f"{printable(sources['capabilities'].file)} has flags that docker run refuses: {error}"
        ) from error
    return Confinement(subject, documents, capabilities, sources, apparmor or "", tuple(warnings))


def _text(path: str, name: str, tree: Tree, sources: dict[str, Source], part: str) -> str | None:
    content = tree.read(joined(path, name))
    if content is None:
        return None
    text = content.decode("utf-8", "replace")
    sources[part] = Source(tree.shown(joined(path, name)), text)
    return text


def _seccomp_files(names: Iterable[str]) -> Iterator[tuple[str, Abi | None]]:
    """The seccomp profiles with the architecture that each is for; None: all others."""
    for name in names:
        parts = name.split(".")
        if name == seccomp.FILE:
            yield name, None
        elif len(parts) == 3 and (parts[0], parts[2]) == ("seccomp", "json"):
            with suppress(UsageError):  # another file, seccomp.old.json
                yield name, Abi.of_name(parts[1])
