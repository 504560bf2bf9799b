"""Host and container: where it was recorded, and how it was run."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.files.untrusted import Many
from profilegen.recording.evidence.base import AnyOrder, Frozen
from profilegen.vocabulary import SeccompMode


class Start(StrEnum):
    """Whether a container was started for the first time in its life."""

    UNKNOWN = "unknown"
    FIRST = "first"
    AGAIN = "again"


class End(StrEnum):
    """How the recorded run of a container ended."""

    UNKNOWN = "unknown"
    RUNNING = "running"
    """It still ran when the recording ended."""
    SUCCEEDED = "succeeded"
    """With status 0, by itself."""
    FAILED = "failed"
    """With another status or by a signal, by itself."""
    STOPPED = "stopped"
    """It was sent a signal from outside, as ``docker stop`` does, and ended by itself then."""
    KILLED = "killed"
    """By SIGKILL: whatever it does at its end was not seen."""


class Data(StrEnum):
    """What a container found in its volumes."""

    UNKNOWN = "unknown"
    NEW = "new"
    """Nothing but what its image brings."""
    OLD = "old"
    """Data of an earlier run, or of whoever filled them."""


class HealthCheck(StrEnum):
    """Whether the container's health check ran while it was recorded."""

    UNKNOWN = "unknown"
    NONE = "none"
    UNSEEN = "unseen"
    SEEN = "seen"


class SeccompProfile(StrEnum):
    """Which seccomp profile the engine gave the container."""

    UNKNOWN = ""
    DEFAULT = "default"
    """The engine's own."""
    CUSTOM = "custom"
    UNCONFINED = "unconfined"


class Host(Frozen):
    """Where it was recorded."""

    kernel: str
    arch: Abi


class Container(Frozen):
    """One container of the subject, as engine and kernel described it."""

    id: str
    name: str
    image: str = ""
    image_id: str = ""
    repo_digest: str | None = None
    command: Many[str] = ()
    user: str = ""
    engine: str = ""
    engine_version: str = ""
    runtime: str = ""
    runtime_version: str = ""
    daemon_label: Annotated[str, StringConstraints(max_length=1000)] = ""
    """AppArmor's label of the engine's daemon, as /proc/PID/attr/apparmor/current has it without the mode.

    Empty: unknown, no AppArmor, or an engine without a daemon.
    """
    privileged: bool = False
    no_new_privileges: bool = False
    seccomp: SeccompMode = SeccompMode.UNKNOWN
    seccomp_profile: SeccompProfile = SeccompProfile.UNKNOWN
    bounding_set: Annotated[Many[Capability], AnyOrder()] = ()
    ambient_set: Annotated[Many[Capability], AnyOrder()] = ()
    """Of the first program: what an engine gives a user who is not root by ``--cap-add`` alone."""
    project: Annotated[str, StringConstraints(max_length=1000)] = ""
    """Of the service that names the subject: ``FOLDER:FILE`` of the compose project, or a pod's workload.

    As much of the folder's path as tells the projects of the run apart, so that it is the same in each
    checkout. Empty: unknown, or the subject is called after something else.
    """
    service: str = ""
    """What the subject is called as long as no other project has a service of that name."""
    late: bool = False
    """It ran already when the recorder attached: its start was not seen."""
    start: Start = Start.UNKNOWN
    end: End = End.UNKNOWN
    health_check: HealthCheck = HealthCheck.UNKNOWN
    exec_seen: bool | None = None
    """Something was run in it by ``docker exec``, health checks aside; None: nobody would have said."""
    volumes: Annotated[Many[str], AnyOrder()] = ()
    """Where it had volumes or folders of the host that it could write to."""
    data: Data = Data.UNKNOWN
    """What was in them when the run began."""
    one_cpu: bool = False
    """It had one CPU, or the time of one: what threads do side by side was hardly seen."""
    left_out: Annotated[Many[str], AnyOrder()] = ()
    """Programs that came into it from outside with more than it has, as ``docker exec --privileged`` does: of
    them, and of what they started, nothing else is recorded. Empty text: one whose name is not known."""
