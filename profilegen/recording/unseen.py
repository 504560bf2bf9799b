"""What the recorded runs did not show, and what to do about it. Nothing was lost: it did not happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profilegen.recording.model import End, HealthCheck, Phase, Start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from profilegen.recording.model import Container, Recording

_SHUT_DOWN = {End.SUCCEEDED, End.FAILED, End.STOPPED}
_SERVICES = {End.RUNNING, End.STOPPED, End.KILLED}
INITS = ("/sbin/docker-init", "/dev/init", "/run/podman-init")
"""Where engines put their init (moby, daemon/oci_linux.go; podman, libpod/container_internal_linux.go)."""

_NAMES = 3
_PLACES = 3


class Unseen(NamedTuple):
    """One thing that no run showed; its text names containers and paths: not safe for a terminal."""

    what: str
    """A fixed word for programs: ``end``, ``first-start``, ``health-check``..."""
    text: str
    advice: str
    """What to do, for people."""


def unseen(recording: Recording) -> tuple[Unseen, ...]:
    """What the containers of a recording did not show, all runs together; nothing of processes outside."""
    if not recording.containers:
        return ()
    return tuple(found for look in _LOOKS for found in look(recording))


def _end(recording: Recording) -> Iterator[Unseen]:
    ends = {one.end for one in recording.containers}
    if ends & _SHUT_DOWN:
        return
    if End.RUNNING in ends:
        names = _named(recording, lambda one: one.end is End.RUNNING)
        yield Unseen(
            "end",
            f"{names} still ran when the recording ended: what it does later, and its shutdown, is missing",
            "record around a script that also uses and stops it, or record --until-stopped",
        )
    elif End.KILLED in ends:
        names = _named(recording, lambda one: one.end is End.KILLED)
        yield Unseen("end", f"{names} was killed: its shutdown is missing", "end it with docker stop")


def _first_start(recording: Recording) -> Iterator[Unseen]:
    starts = {one.start for one in recording.containers}
    if Start.AGAIN in starts and Start.FIRST not in starts:
        names = _named(recording, lambda one: one.start is Start.AGAIN)
        yield Unseen(
            "first-start",
            f"{names} had run before the recording: what a first start does is missing",
            "remove the container and create it again while record runs",
        )


def _health_check(recording: Recording) -> Iterator[Unseen]:
    checks = {one.health_check for one in recording.containers}
    if HealthCheck.UNSEEN in checks and HealthCheck.SEEN not in checks:
        names = _named(recording, lambda one: one.health_check is HealthCheck.UNSEEN)
        yield Unseen(
            "health-check",
            f"the health check of {names} never ran",
            "record for longer than its interval (docker run --health-interval=1s)",
        )


def _exec(recording: Recording) -> Iterator[Unseen]:
    """Of services alone: nobody looks into a job of a second."""
    told = {one.exec_seen for one in recording.containers if one.end in _SERVICES}
    if False in told and not any(one.exec_seen for one in recording.containers):
        yield Unseen(
            "exec",
            "no command was run in it by docker exec",
            "if people or scripts do that, do it while record runs",
        )


def _restart(recording: Recording) -> Iterator[Unseen]:
    places = sorted({place for one in recording.containers for place in one.volumes})
    again = any(one.start is Start.AGAIN or one.volumes_again for one in recording.containers)
    if places and not again:
        more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
        yield Unseen(
            "restart",
            f"it keeps data in {' '.join(places[:_PLACES])}{more}, and never found data of an earlier run",
            "restart it while record runs (docker restart)",
        )


def _one_cpu(recording: Recording) -> Iterator[Unseen]:
    if all(one.one_cpu for one in recording.containers):
        yield Unseen(
            "one-cpu",
            "it had one CPU: what threads do side by side is missing",
            "record with two CPUs or more",
        )


def _without_io_uring(recording: Recording) -> Iterator[Unseen]:
    if any(call.name == "io_uring_setup" and Phase.APP in call.phases for call in recording.syscalls):
        yield Unseen(
            "without-io-uring",
            "it used io_uring: what it does where that is refused is missing (Docker's default refuses it)",
            "record it under Docker's newest default too, or with sysctl kernel.io_uring_disabled=2",
        )


def _init(recording: Recording) -> Iterator[Unseen]:
    if not has_init(recording):
        yield Unseen("init", "it was recorded without --init", "emit --init adds what an engine's init calls")


def has_init(recording: Recording) -> bool:
    """Whether an engine's init was the first process of one of the containers."""
    return any(file.path in INITS for file in recording.executed)


_LOOKS: tuple[Callable[[Recording], Iterator[Unseen]], ...] = (
    _end,
    _first_start,
    _restart,
    _health_check,
    _exec,
    _without_io_uring,
    _one_cpu,
    _init,
)


def _named(recording: Recording, wanted: Callable[[Container], bool]) -> str:
    names = list(dict.fromkeys(one.name or one.id[:12] for one in recording.containers if wanted(one)))
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more
