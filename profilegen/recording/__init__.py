"""The recording file: its models, its merge, its way to and from the disk."""

from profilegen.recording.gaps import gaps
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
    SeccompProfile,
    Syscall,
    SyscallArguments,
    UnknownSyscall,
)
from profilegen.recording.natives import of_natives
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
    "SeccompProfile",
    "Syscall",
    "SyscallArguments",
    "UnknownSyscall",
    "dumps",
    "gaps",
    "load",
    "merge",
    "normalise",
    "of_natives",
    "save",
]
