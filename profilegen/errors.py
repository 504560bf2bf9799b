"""Every error that profilegen reports by itself: cause, next command, exit code.

The exit codes are a contract (``profilegen --help``); no other module knows a number.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What a program that calls profilegen can rely on."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    CANNOT_TRACE = 3
    NO_CONTAINER = 4
    INCOMPLETE = 5
    DRIFT = 6
    REFUSED = 7


class ProfilegenError(Exception):
    """Base of all errors: a cause in one sentence, lines that show it, and what to type next.

    ``details`` are raw, such as the last lines of a command: whoever prints them makes them safe.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.UNEXPECTED
    default_hint: ClassVar[str] = ""

    def __init__(self, cause: str, hint: str = "", details: tuple[str, ...] = ()) -> None:
        super().__init__(cause)
        self.cause = cause
        self.hint = hint or self.default_hint
        self.details = details


class UsageError(ProfilegenError):
    """The command line asks for something that does not exist or does not fit together."""

    exit_code = ExitCode.USAGE
    default_hint = "profilegen --help"


class InputError(ProfilegenError):
    """A file that was given cannot be read, or is not what the command reads."""

    exit_code = ExitCode.USAGE
    default_hint = "give another file; profilegen COMMAND --help says which kinds it reads"


class RecordingUnreadableError(ProfilegenError):
    """A recording that cannot be read, is cut, is empty or is not a recording."""

    exit_code = ExitCode.USAGE
    default_hint = "record again: profilegen record -o DIR -- COMMAND"


class RecordingTooNewError(RecordingUnreadableError):
    """A recording with a schema version that this profilegen does not know."""

    default_hint = "update profilegen, then run the same command again"


class DataFileError(ProfilegenError):
    """A table that belongs to profilegen is missing or damaged."""

    exit_code = ExitCode.UNEXPECTED
    default_hint = "reinstall profilegen"


class OutputError(ProfilegenError):
    """An output file or folder cannot be written (rights, full disk, no such folder)."""

    exit_code = ExitCode.USAGE
    default_hint = "choose a folder that you may write and that has room: -o DIR"


class CannotTraceError(ProfilegenError):
    """Base of everything that keeps the tracer from attaching on this machine."""

    exit_code = ExitCode.CANNOT_TRACE
    default_hint = "profilegen doctor"


class NotPrivilegedError(CannotTraceError):
    """The rights for eBPF are missing."""

    default_hint = "run it as root: sudo profilegen ..."


class LockdownError(CannotTraceError):
    """Kernel lockdown keeps eBPF from reading the kernel (kernel_lockdown(7))."""

    default_hint = "boot without lockdown=confidentiality"


class NoBtfError(CannotTraceError):
    """The kernel has no type information at /sys/kernel/btf/vmlinux."""

    default_hint = "boot a kernel with CONFIG_DEBUG_INFO_BTF=y (every kernel of Debian since 11 has it)"


class NoBccError(CannotTraceError):
    """BCC is missing or cannot be seen from this Python."""

    default_hint = (
        "apt-get install python3-bpfcc, and install profilegen in a virtual environment made by "
        "/usr/bin/python3 -m venv --system-site-packages"
    )


class NoCgroup2Error(CannotTraceError):
    """No cgroup v2 hierarchy is mounted, so a container has no identity in the kernel."""

    default_hint = "mount -t cgroup2 none /sys/fs/cgroup/unified"


class OwnCgroupError(CannotTraceError):
    """The cgroup that ``--process`` needs cannot be made or entered."""

    default_hint = "run it where the cgroup v2 hierarchy may be written, as root outside of a container"


class EngineUnreachableError(ProfilegenError):
    """The container engine does not answer."""

    exit_code = ExitCode.NO_CONTAINER
    default_hint = (
        "start it (systemctl start docker) or say where it listens: export DOCKER_HOST=unix:///PATH"
    )


class UnknownContainerError(ProfilegenError):
    """A container, image or service that was asked for has not been seen."""

    exit_code = ExitCode.NO_CONTAINER
    default_hint = "docker ps -a"


class NothingRecordedError(ProfilegenError):
    """No container ran while the recorder was attached."""

    exit_code = ExitCode.NO_CONTAINER
    default_hint = "profilegen record -o DIR -- docker run --rm IMAGE"


class CommandFailedFirstError(NothingRecordedError):
    """The command failed, and no container had been started by then."""

    default_hint = "make the command work without profilegen first"


class IncompleteRecordingError(ProfilegenError):
    """The recording lacks something that the profiles would need."""

    exit_code = ExitCode.INCOMPLETE
    default_hint = "record again, or accept the gap: --allow-incomplete"


class ProfilesUnreadableError(ProfilegenError):
    """A folder has no profiles, or not those that emit writes."""

    exit_code = ExitCode.USAGE
    default_hint = "profilegen emit RECORDING... -o DIR"


class SeccompUnreadableError(ProfilegenError):
    """A file is not a seccomp profile that a container engine would take."""

    exit_code = ExitCode.USAGE
    default_hint = "give a profile in OCI's or Docker's format"


class WiderThanDefaultError(ProfilegenError):
    """A profile would allow what Docker's default refuses, and --no-wider forbids that."""

    exit_code = ExitCode.DRIFT
    default_hint = (
        "leave --no-wider out to accept it, or record under Docker's default and see what goes on without"
    )


class DriftError(ProfilegenError):
    """The program needs what its profile refuses, or a profile is not what it should be."""

    exit_code = ExitCode.DRIFT
    default_hint = "review the findings, then profilegen check --update"


class ProjectFileError(ProfilegenError):
    """The project file (profilegen.toml, or [tool.profilegen] in pyproject.toml) has an error."""

    exit_code = ExitCode.USAGE
    default_hint = "mend the file; docs/project-file.md explains each key"


class ProfilesNotUsedError(ProfilegenError):
    """The command ran, but not under the profiles."""

    exit_code = ExitCode.NO_CONTAINER
    default_hint = (
        "put the variable into the docker run that the command starts, without quotes around it "
        "(compose: not possible yet)"
    )


class NothingTestedError(ProfilegenError):
    """The command passes whatever the container does, so that no run under profiles tells anything."""

    exit_code = ExitCode.USAGE
    default_hint = (
        "let the tests wait for the container and check what it does: its status, its output, its answers"
    )


class CommandFailsError(ProfilegenError):
    """The command fails under the profiles before anything was taken from them."""

    exit_code = ExitCode.REFUSED
    default_hint = (
        "run them without profiles; if they pass, record that run too: "
        "profilegen record --append -o DIR -- COMMAND"
    )


class CommandNotStartableError(ProfilegenError):
    """The command after ``--`` cannot be started (the shell's 126 and 127)."""

    def __init__(self, cause: str, status: int) -> None:
        super().__init__(cause, "check the command after --")
        self.status = status
