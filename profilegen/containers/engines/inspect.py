"""What ``docker inspect`` and ``podman inspect`` say alike of a container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profilegen.containers.labels import chosen_labels
from profilegen.containers.life import Life, health_check_of, ran_before
from profilegen.containers.model import EngineContainer
from profilegen.containers.volumes import volumes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NO_NEW_PRIVILEGES = frozenset({"no-new-privileges", "no-new-privileges:true", "no-new-privileges=true"})
_SECCOMP = "seccomp"
_SECCOMP_OPTIONS = (f"{_SECCOMP}=", f"{_SECCOMP}:")
_PROFILES = {"unconfined": "unconfined", "builtin": "default", "default": "default"}
_LONGEST_COMMAND = 32 * 1024
"""Characters. A command line may have two million, and a recording of 2,000 containers has it 2,000 times."""


_NANO = 10**9
_CPU_PERIOD = 100_000
"""Microseconds: the kernel's period where none is set (Documentation/scheduler/sched-bwc.rst)."""


def described(
    inspected: Mapping[str, Any], engine: str, began: float, wished: Iterable[str] = ()
) -> EngineContainer:
    """Without versions, runtime, digest and tags, which each engine says in its own way.

    Args:
        inspected: the object that the engine printed.
        engine: its name.
        began: when the recording did, in seconds since the epoch.
        wished: labels that were asked for.
    """
    config, host = inspected.get("Config") or {}, inspected.get("HostConfig") or {}
    arguments = (str(argument) for argument in inspected.get("Args") or ())
    image_id = str(inspected.get("Image", ""))
    return EngineContainer(
        id=str(inspected["Id"]),
        name=str(inspected.get("Name", "")).removeprefix("/"),
        image=str(config.get("Image", "")),
        image_id=image_id if not image_id or ":" in image_id else f"sha256:{image_id}",
        labels=chosen_labels(config.get("Labels") or {}, wished),
        command=_command(str(inspected.get("Path", "")), *arguments),
        user=str(config.get("User", "")),
        engine=engine,
        privileged=bool(host.get("Privileged")),
        no_new_privileges=any(str(o) in _NO_NEW_PRIVILEGES for o in host.get("SecurityOpt") or ()),
        volumes=volumes_of(inspected.get("Mounts") or (), began),
        health_check=health_check_of(config),
        one_cpu=_one_cpu(host),
        life=Life(ran_before=ran_before(inspected.get("State") or {})),
        log_driver=str((host.get("LogConfig") or {}).get("Type", "")),
        seccomp_profile=_seccomp_profile(host),
    )


def _one_cpu(host: Mapping[str, Any]) -> bool:
    """Whether ``--cpus`` or ``--cpu-quota`` gives it the time of one CPU at most."""
    nano, quota = int(host.get("NanoCpus") or 0), int(host.get("CpuQuota") or 0)
    period = int(host.get("CpuPeriod") or 0) or _CPU_PERIOD
    return 0 < nano <= _NANO or 0 < quota <= period


def _seccomp_profile(host: Mapping[str, Any]) -> str:
    """Which profile was chosen, by a word: Docker gives the whole JSON here, podman its path."""
    options = [str(option) for option in host.get("SecurityOpt") or ()]
    chosen = [option[len(_SECCOMP) + 1 :] for option in options if option.startswith(_SECCOMP_OPTIONS)]
    if not chosen:
        return "unconfined" if host.get("Privileged") else "default"
    return _PROFILES.get(chosen[-1], "custom")


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
