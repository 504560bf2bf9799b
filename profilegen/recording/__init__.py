"""The recording file: its models, its merge, its way to and from the disk."""

from profilegen.recording.evidence.attribution import (
    Attribution,
    CallInTests,
    CapabilityInTests,
    InTests,
    PathInTests,
)
from profilegen.recording.evidence.calls import RefusedSyscall, Syscall, SyscallArguments, UnknownSyscall
from profilegen.recording.evidence.capabilities import IO_URING, CapabilityCheck
from profilegen.recording.evidence.containers import (
    Container,
    Data,
    End,
    HealthCheck,
    Host,
    SeccompProfile,
    Start,
)
from profilegen.recording.evidence.files import ExecutedFile, PathAccess
from profilegen.recording.evidence.network import LowPort
from profilegen.recording.images import image_ids, is_of_image, said_images
from profilegen.recording.merge import CONTAINERS_KEPT, normalise
from profilegen.recording.model import SCHEMA_VERSION, Completeness, LostCount, Recording, RingUnseen
from profilegen.recording.projects import called, of_service, said_project, service_of, told_apart
from profilegen.recording.select import of_natives
from profilegen.recording.store import dumps, load, save
from profilegen.vocabulary import Access, CapabilityUse, Lost, Phase, SeccompMode

__all__ = [
    "CONTAINERS_KEPT",
    "IO_URING",
    "SCHEMA_VERSION",
    "Access",
    "Attribution",
    "CallInTests",
    "CapabilityCheck",
    "CapabilityInTests",
    "CapabilityUse",
    "Completeness",
    "Container",
    "Data",
    "End",
    "ExecutedFile",
    "HealthCheck",
    "Host",
    "InTests",
    "Lost",
    "LostCount",
    "LowPort",
    "PathAccess",
    "PathInTests",
    "Phase",
    "Recording",
    "RefusedSyscall",
    "RingUnseen",
    "SeccompMode",
    "SeccompProfile",
    "Start",
    "Syscall",
    "SyscallArguments",
    "UnknownSyscall",
    "called",
    "dumps",
    "image_ids",
    "is_of_image",
    "load",
    "normalise",
    "of_natives",
    "of_service",
    "said_images",
    "said_project",
    "save",
    "service_of",
    "told_apart",
]
