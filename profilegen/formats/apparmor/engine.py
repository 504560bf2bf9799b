"""What every AppArmor profile has: files needed unseen, the engines' refusals, who may send signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.formats.apparmor.globs import matcher
from profilegen.formats.apparmor.line import Line
from profilegen.formats.apparmor.patterns import literal
from profilegen.tables.engines import engine_apparmor
from profilegen.tables.sockets import names
from profilegen.text import path_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from profilegen.policy.model import Policy


def needed_unseen() -> Iterator[Line]:
    """Files that every process may use."""
    for one in engine_apparmor.needed_unseen():
        yield Line(f"{one.pattern} {one.letters}", one.reason)


def unseen_letters(path: str) -> frozenset[str]:
    """What :func:`needed_unseen` allows of a recorded path."""
    raw = path_bytes(path)
    files = (one for one in engine_apparmor.needed_unseen() if matcher(one.pattern).match(raw))
    return frozenset(letter for one in files for letter in one.letters)


def engine_labels(policy: Policy) -> Iterator[Line]:
    """Patterns of the labels that an engine may have: those of all engines, then the recorded ones."""
    known = engine_apparmor.engine_labels()
    yield from (Line(label.name, label.reason) for label in known)
    named = {label.name for label in known}
    for label in policy.daemon_labels:
        if label not in named and "\0" not in label:
            yield Line(f'"{literal(path_bytes(label))}"', "the engine's daemon while it was recorded")


def denied(policy: Policy) -> Iterator[Line]:
    """What stays refused whatever a profile allows, but for address families that were recorded."""
    seen = {names("family").get(rule.family) for rule in policy.networks}
    for family in engine_apparmor.denied_families():
        if family.name not in seen:
            yield Line(f"network {family.name}", family.reason)
    for path in engine_apparmor.denied_paths():
        yield Line(f"{path.pattern} {path.letters}", path.reason)


def refused_letters(path: str, letters: AbstractSet[str]) -> str:
    """Those of the letters that :func:`denied` refuses for a recorded path, in its order."""
    raw = path_bytes(path)
    refused = {
        letter
        for one in engine_apparmor.denied_paths()
        if letters & set(one.letters) and matcher(one.pattern).match(raw)
        for letter in one.letters
    }
    return "".join(letter for letter in "rwklx" if letter in refused & letters)
