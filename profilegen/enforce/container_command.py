"""The command line of ``docker run``: where flags go in, and whether its status says anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from profilegen.errors import NothingTestedError

if TYPE_CHECKING:
    from collections.abc import Sequence

ENGINES = ("docker", "podman")
_STARTING = ("run", "create")
_DETACH = "detach"
_SWITCHES = frozenset({
    _DETACH, "disable-content-trust", "env-host", "help", "http-proxy", "init", "interactive",
    "no-healthcheck", "no-hostname", "no-hosts", "oom-kill-disable", "passwd", "privileged", "publish-all",
    "quiet", "read-only", "read-only-tmpfs", "replace", "rm", "rmi", "rootfs", "sig-proxy", "tls-verify",
    "tty", "unsetenv-all", "use-api-socket",
})  # fmt: skip
"""Options of ``run`` that take no value (Docker 20.10 to 28, Podman 4 and 5); all others take one."""
_LETTERS = {"d": _DETACH, "i": "interactive", "t": "tty", "P": "publish-all", "q": "quiet"}
_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})  # Go's strconv.ParseBool


def starting_word(command: Sequence[str]) -> int | None:
    """Where ``docker run`` has its ``run``; None for any other command."""
    if not command or Path(command[0]).name not in ENGINES:
        return None
    option = False
    for place, word in enumerate(command[1:], 1):
        if word in _STARTING:
            return place
        if not (word.startswith("-") or option or word == "container"):
            return None
        option = word.startswith("-") and "=" not in word
    return None


def with_flags(command: Sequence[str], place: int, flags: Sequence[str]) -> tuple[str, ...]:
    """The command with flags right after the word at this place."""
    return (*command[: place + 1], *flags, *command[place + 1 :])


def require_status(command: Sequence[str]) -> None:
    """Refuse a ``docker run`` that ends before its program does.

    Raises:
        NothingTestedError: it creates the container only, or detaches from it.
    """
    place = starting_word(command)
    if place is None:
        return
    engine = Path(command[0]).name
    if command[place] == "create":
        raise NothingTestedError(
            f"{engine} create starts nothing: its status says nothing about the program",
            f"give {engine} run, or a script that starts the container and checks what it does",
        )
    word = _detaching(command[place + 1 :])
    if word:
        raise NothingTestedError(
            f"{engine} run {word} ends as soon as the container has started: its status says nothing about "
            "the program",
            "leave out -d, or give a script that waits for the container and checks what it does",
        )


def _detaching(words: Sequence[str]) -> str:
    """The option before the image that detaches, as it was typed; empty if none does. The last one counts."""
    found = ""
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word in ("-", "--"):
            break
        switches, value_follows = _read(word)
        if _DETACH in switches:
            found = "" if switches[_DETACH] in _FALSE else word
        if value_follows:
            next(rest, None)
    return found


def _read(word: str) -> tuple[dict[str, str], bool]:
    """The switches of a word, each with what follows its ``=``, and whether the next word is a value."""
    if word.startswith("--"):
        name, equals, value = word[2:].partition("=")
        return ({name: value}, False) if name in _SWITCHES else ({}, not equals)
    switches: dict[str, str] = {}
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter not in _LETTERS:
            return switches, not letters  # else its value is the rest of the word
        if letters.startswith("="):
            return {**switches, _LETTERS[letter]: letters[1:]}, False
        switches[_LETTERS[letter]] = ""
    return switches, False
