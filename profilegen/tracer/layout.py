"""The numbers that recorder.bpf.c and Python both know; a test compares them with the C file."""

from __future__ import annotations

from enum import IntEnum, IntFlag

NUMBERS = 512
"""Calls of the native ABI have the indexes below, those of the compat ABI the next as many."""

SLOTS = 4096
CAP_NUMBERS = 64
ERRNO_SIGSYS = 0x10000


class PhaseNumber(IntEnum):
    """``enum phase``."""

    RUNTIME = 1
    APP = 2


class Trait(IntFlag):
    """``enum trait``: calls that are looked at every time."""

    ARGUMENTS = 1
    OPENS = 2
    MAPS = 4


class CapabilityClass(IntFlag):
    """``enum capability_class``."""

    GRANTED = 1
    OWN_CREDENTIALS = 2
    APP = 4
    OWN_NAMESPACE = 8


class FileAccess(IntFlag):
    """``ACCESS_*`` of path.h."""

    READ = 1
    WRITE = 2
    MAP = 4
    EXECUTE = 8


class UnknownSeen(IntFlag):
    """Value of the map ``unknown``."""

    ENTERED = 1
    ENOSYS = 2
