"""What the recorded runs did not show, and what to do about it. Nothing was lost: it did not happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profilegen.recording.evidence.containers import Data, End, HealthCheck, Start
from profilegen.recording.model import RingUnseen
from profilegen.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from profilegen.recording.model import Recording

_SHUT_DOWN = {End.SUCCEEDED, End.FAILED, End.STOPPED}
_WORKED = {End.SUCCEEDED, End.STOPPED, End.RUNNING}
_SERVICES = {End.RUNNING, End.STOPPED, End.KILLED}
INITS = ("/sbin/docker-init", "/dev/init", "/run/podman-init")
"""Where engines put their init (moby, daemon/oci_linux.go; podman, libpod/container_internal_linux.go)."""

_PLACES = 3


class Unseen(NamedTuple):
    """One thing that no run showed; its text may name paths of the container: not safe for a terminal."""

    what: str
    """A fixed word for programs: ``end``, ``first-start``, ``health-check``..."""
    text: str
    advice: str
    """What to do, for people."""
    emit_adds: bool = False
    """An option of ``emit`` makes up for it (``--init``): no other recording is needed."""


def unseen(recording: Recording) -> tuple[Unseen, ...]:
    """What the containers of a recording did not show, all runs together; of processes outside only rings."""
    looks = _LOOKS if recording.containers else (_rings,)
    return tuple(found for look in looks for found in look(recording))


def _end(recording: Recording) -> Iterator[Unseen]:
    ends = {container.end for container in recording.containers}
    if ends & _SHUT_DOWN:
        return
    if End.RUNNING in ends:
        yield Unseen(
            "end",
            "its later work and its shutdown (it still ran when the recording ended)",
            "record around a script that also uses and stops it, or record --until-stopped",
        )
    elif End.KILLED in ends:
        yield Unseen(
            "end",
            "its shutdown (it was killed)",
            "end it with docker stop while record runs, and give it time (-t)",
        )


def _success(recording: Recording) -> Iterator[Unseen]:
    ends = {container.end for container in recording.containers}
    if End.FAILED in ends and not ends & _WORKED:
        yield Unseen(
            "success",
            "what it does when it works (its program failed)",
            "see why (docker logs), and record a run that works",
        )


def _first_start(recording: Recording) -> Iterator[Unseen]:
    starts = {container.start for container in recording.containers}
    if Start.AGAIN in starts and Start.FIRST not in starts:
        yield Unseen(
            "first-start",
            "its first start (the container had run before the recording)",
            "remove the container and create it again while record runs",
        )


def _data(recording: Recording) -> Iterator[Unseen]:
    """A start finds other work where there is data than where there is none."""
    found = {container.data for container in recording.containers}
    if Data.NEW in found and Data.OLD not in found:
        again = any(container.start is Start.AGAIN for container in recording.containers)
        if not again:
            yield Unseen(
                "restart",
                f"a start with the data of an earlier run (it keeps some in {_places(recording)})",
                "restart it while record runs (docker restart)",
            )
    elif Data.OLD in found and Data.NEW not in found:
        yield Unseen(
            "new-data",
            f"a start with new data (there was some in {_places(recording)})",
            "record it with a new volume too",
        )


def _places(recording: Recording) -> str:
    places = sorted({place for container in recording.containers for place in container.volumes})
    more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
    return " ".join(places[:_PLACES]) + more


def _health_check(recording: Recording) -> Iterator[Unseen]:
    checks = {container.health_check for container in recording.containers}
    if HealthCheck.UNSEEN in checks and HealthCheck.SEEN not in checks:
        yield Unseen(
            "health-check",
            "its health check, which never ran",
            "record for longer than its interval (docker run --health-interval=1s)",
        )


def _exec(recording: Recording) -> Iterator[Unseen]:
    """Services without a docker exec; nobody looks into a job that lasts a second."""
    told = {container.exec_seen for container in recording.containers if container.end in _SERVICES}
    if False in told and not any(container.exec_seen for container in recording.containers):
        yield Unseen("exec", "a docker exec", "if people or scripts use it, do so while record runs")


def _without_io_uring(recording: Recording) -> Iterator[Unseen]:
    if any(call.name == "io_uring_setup" and Phase.APP in call.phases for call in recording.syscalls):
        yield Unseen(
            "without-io-uring",
            "its work without io_uring, which Docker's default refuses from 25.0 on",
            "record it with sysctl kernel.io_uring_disabled=2 too, or under a default that refuses it",
        )


def _rings(recording: Recording) -> Iterator[Unseen]:
    for what in recording.completeness.rings:
        text, advice = _RINGS[what]
        yield Unseen(f"io-uring-{what}", text, advice)


_RINGS = {
    RingUnseen.FILES: (
        "files that an io_uring opened, which this kernel does not name",
        "for the AppArmor profile record on Linux 5.19 or later",
    ),
    RingUnseen.SLOTS: (
        "files that an io_uring opened for itself alone (direct descriptors)",
        "add them to the AppArmor profile by hand",
    ),
    RingUnseen.WORKERS: (
        "what workers of an io_uring did, capabilities too (threads of the kernel here)",
        "record on Linux 5.12 or later",
    ),
}


def _one_cpu(recording: Recording) -> Iterator[Unseen]:
    if all(container.one_cpu for container in recording.containers):
        yield Unseen("one-cpu", "threads side by side (it had one CPU)", "record with two CPUs or more")


def _init(recording: Recording) -> Iterator[Unseen]:
    if not has_init(recording):
        yield Unseen(
            "init", "a run with --init", "emit --init adds what an engine's init calls", emit_adds=True
        )


def has_init(recording: Recording) -> bool:
    """Whether an engine's init was the first process of one of the containers."""
    return any(file.path.endswith(INITS) for file in recording.executed)  # /sbin may be /usr/sbin


_LOOKS: tuple[Callable[[Recording], Iterator[Unseen]], ...] = (
    _end,
    _success,
    _first_start,
    _data,
    _health_check,
    _exec,
    _without_io_uring,
    _rings,
    _one_cpu,
    _init,
)
