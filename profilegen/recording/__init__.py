"""The recording file: its models, its merge, its way to and from the disk."""

from profilegen.recording.gaps import gaps
from profilegen.recording.images import image_ids, said_images
from profilegen.recording.merge import CONTAINERS_KEPT, merge, normalise
from profilegen.recording.model import (
    SCHEMA_VERSION,
    Access,
    CapabilityCheck,
    Completeness,
    Container,
    ExecutedFile,
    Host,
    Lost,
    LostCount,
    PathAccess,
    Phase,
    Recording,
    RefusedSyscall,
    SeccompMode,
    Syscall,
    SyscallArguments,
    UnknownSyscall,
)
from profilegen.recording.natives import of_natives
from profilegen.recording.projects import called, of_service, said_project, service_of, told_apart
from profilegen.recording.store import dumps, load, save

__all__ = [
    "CONTAINERS_KEPT",
    "SCHEMA_VERSION",
    "Access",
    "CapabilityCheck",
    "Completeness",
    "Container",
    "ExecutedFile",
    "Host",
    "Lost",
    "LostCount",
    "PathAccess",
    "Phase",
    "Recording",
    "RefusedSyscall",
    "SeccompMode",
    "Syscall",
    "SyscallArguments",
    "UnknownSyscall",
    "called",
    "dumps",
    "gaps",
    "image_ids",
    "load",
    "merge",
    "normalise",
    "of_natives",
    "of_service",
    "said_images",
    "said_project",
    "save",
    "service_of",
    "told_apart",
]
