"""The capabilities that go with a committed profile: those of ``docker-run.args`` in its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.errors import SeccompUnreadableError
from profilegen.files.untrusted import read_bytes
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ARGUMENTS = "docker-run.args"
_SIZE_LIMIT = 64 * 1024
_ALL = frozenset(Capability)


def capabilities_beside(seccomp: Path) -> frozenset[Capability] | None:
    """The capabilities that a container has under these flags; None: there is no such file.

    Raises:
        SeccompUnreadableError: the file cannot be read, or names a capability that does not exist.
    """
    path = seccomp.parent / ARGUMENTS
    name = printable(str(path))
    try:
        words = read_bytes(path, _SIZE_LIMIT).decode().split()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) else error
        raise SeccompUnreadableError(f"{name} cannot be read: {cause}") from error
    try:
        return capabilities_of(" ".join(words))
    except ValueError as error:
        raise SeccompUnreadableError(f"{name} has flags that docker run refuses: {error}") from error


def capabilities_of(flags: str) -> frozenset[Capability]:
    """The capabilities that ``docker run`` with these flags gives, whatever else is among them.

    Raises:
        ValueError: one does not exist.
    """
    words = flags.split()
    return bounding_set(_values(words, "--cap-add"), _values(words, "--cap-drop"))


def bounding_set(added: Iterable[str], dropped: Iterable[str]) -> frozenset[Capability]:
    """The capabilities of a container, from the lists that engines take: ``CHOWN``, ``CAP_CHOWN``, ``ALL``.

    Raises:
        ValueError: one does not exist.
    """
    return _left(_named(added), _named(dropped))


def _left(added: frozenset[Capability], dropped: frozenset[Capability]) -> frozenset[Capability]:
    """The set that stays, as Docker counts (moby's oci/caps, TweakCapabilities): ALL dropped, then added."""
    if dropped == _ALL:
        return added
    return (DOCKER_DEFAULT | added) - dropped


def _named(names: Iterable[str]) -> frozenset[Capability]:
    return frozenset().union(*(_capability(name) for name in names))


def _values(words: list[str], flag: str) -> Iterator[str]:
    for place, word in enumerate(words):
        if word.startswith(f"{flag}="):
            yield word.removeprefix(f"{flag}=")
        elif word == flag:
            yield "".join(words[place + 1 : place + 2])


def _capability(text: str) -> frozenset[Capability]:
    name = text.upper().removeprefix("CAP_")
    if name == "ALL":
        return _ALL
    try:
        return frozenset({Capability(f"CAP_{name}")})
    except ValueError as error:
        raise ValueError(f"{printable(text, 40)} is not a capability") from error
