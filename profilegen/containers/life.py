"""What happens to a container while its engine is followed, told by the engine's events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from profilegen.containers.model import EngineContainer


@dataclass(frozen=True, slots=True)
class Life:
    """A container's events so far, as counts and facts.

    Attributes:
        followed: its engine's events are followed since its start: what is not here has not happened.
        ran_before: it ran before its engine was followed; None: not known.
        ends: how often it has ended.
        stopping: it was sent a signal from outside since it was started.
        execs: something was run in it from outside, health checks aside.
        health_checks: its health check was run.
    """

    followed: bool = False
    ran_before: bool | None = None
    ends: int = 0
    stopping: bool = False
    execs: bool = False
    health_checks: bool = False


def after_docker_event(container: EngineContainer, action: str) -> Life:
    """A container's life after an event of Docker, such as ``die`` or ``exec_start: /bin/sh -c true``."""
    name, _, command = action.partition(":")
    if name != "exec_start":
        return _after(container.life, name)
    # A health check is an exec like any other; a shell stands before a CMD-SHELL (moby, daemon/health.go).
    check = container.health_check
    return _after_exec(container.life, health_check=bool(check) and command.strip().endswith(check))


def after_podman_event(container: EngineContainer, status: str) -> Life:
    """A container's life after an event of Podman.

    The event of an exec does not have the command: where there is a health check, it is taken for that.
    """
    if status != "exec":
        return _after(container.life, status)
    return _after_exec(container.life, health_check=bool(container.health_check))


_CHANGES: Mapping[str, Callable[[Life], Life]] = {
    "create": lambda life: replace(life, followed=True, ran_before=False),
    "start": lambda life: replace(life, followed=True, stopping=False),
    "kill": lambda life: replace(life, stopping=True),
    "die": lambda life: replace(life, ends=life.ends + 1),
    "died": lambda life: replace(life, ends=life.ends + 1),
}


def _after(life: Life, event: str) -> Life:
    change = _CHANGES.get(event)
    return life if change is None else change(life)


def _after_exec(life: Life, *, health_check: bool) -> Life:
    return replace(life, health_checks=True) if health_check else replace(life, execs=True)


def health_check_of(config: Mapping[str, Any]) -> str:
    """The command of a health check (``Config.Healthcheck`` of inspect) on one line; empty if it is off."""
    test = [str(word) for word in (config.get("Healthcheck") or {}).get("Test") or ()]
    return "" if not test or test[0] == "NONE" else " ".join(test[1:]).strip()


def ran_before(state: Mapping[str, Any]) -> bool:
    """True if a container has ended before: ``State`` of inspect keeps when that was."""
    return not str(state.get("FinishedAt") or "0001").startswith("0001")
