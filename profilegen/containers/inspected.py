"""What ``docker inspect`` and ``podman inspect`` say alike of a container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profilegen.containers.model import LABEL_SERVICE, LABEL_SUBJECT, ContainerInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_NEW_PRIVILEGES = frozenset({"no-new-privileges", "no-new-privileges:true", "no-new-privileges=true"})
_SECCOMP = "seccomp"
_SECCOMP_OPTIONS = (f"{_SECCOMP}=", f"{_SECCOMP}:")
_PROFILES = {"unconfined": "unconfined", "builtin": "default", "default": "default"}
_LONGEST_COMMAND = 32 * 1024
"""Characters. A command line may have two million, and a recording of 2,000 containers has it 2,000 times."""


def described(inspected: Mapping[str, Any], engine: str) -> ContainerInfo:
    """Without versions, runtime and digest, which each engine says in its own way."""
    config, host = inspected.get("Config") or {}, inspected.get("HostConfig") or {}
    arguments = (str(argument) for argument in inspected.get("Args") or ())
    image_id = str(inspected.get("Image", ""))
    return ContainerInfo(
        id=str(inspected["Id"]),
        name=str(inspected.get("Name", "")).removeprefix("/"),
        image=str(config.get("Image", "")),
        image_id=image_id if not image_id or ":" in image_id else f"sha256:{image_id}",
        labels=chosen_labels(config.get("Labels") or {}),
        command=_command(str(inspected.get("Path", "")), *arguments),
        user=str(config.get("User", "")),
        engine=engine,
        privileged=bool(host.get("Privileged")),
        no_new_privileges=any(str(o) in _NO_NEW_PRIVILEGES for o in host.get("SecurityOpt") or ()),
        seccomp_profile=_seccomp_profile(host),
    )


def _seccomp_profile(host: Mapping[str, Any]) -> str:
    """Which profile was chosen, by a word: Docker gives the whole JSON here, podman its path."""
    options = [str(option) for option in host.get("SecurityOpt") or ()]
    chosen = [option[len(_SECCOMP) + 1 :] for option in options if option.startswith(_SECCOMP_OPTIONS)]
    if not chosen:
        return "unconfined" if host.get("Privileged") else "default"
    return _PROFILES.get(chosen[-1], "custom")


def chosen_labels(labels: Mapping[str, Any]) -> dict[str, str]:
    """Those that name a subject; the others may hold secrets."""
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
