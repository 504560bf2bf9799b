"""The capabilities that go with a committed profile: those of ``docker-run.args`` in its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.errors import SeccompUnreadableError
from profilegen.files.untrusted import read_bytes
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
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
        return _left(_named(words, "--cap-add"), _named(words, "--cap-drop"))
    except ValueError as error:
        raise SeccompUnreadableError(f"{name} has flags that docker run refuses: {error}") from error


def _left(added: frozenset[Capability], dropped: frozenset[Capability]) -> frozenset[Capability]:
    """The set that stays, as Docker counts (moby's oci/caps, TweakCapabilities): ALL dropped, then added."""
    if dropped == _ALL:
        return added
    return (DOCKER_DEFAULT | added) - dropped


def _named(words: list[str], flag: str) -> frozenset[Capability]:
    return frozenset().union(*(_capability(value) for value in _values(words, flag)))


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
