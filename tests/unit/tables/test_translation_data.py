"""Laws of the data that translates a profile to another architecture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from profilegen.abi import Abi
from profilegen.policy.translation import abi_on
from profilegen.tables.abi_groups import groups
from profilegen.tables.argument_translation import places, translated_values
from profilegen.tables.arguments import masks
from profilegen.tables.equivalents import EVERY_PROGRAM, equivalents, lines, why_nothing
from profilegen.tables.errnos import errno_on, numbers
from profilegen.tables.multiplexed import sub_calls
from profilegen.tables.syscalls import table

NATIVES = tuple(abi for abi in Abi if abi.native is abi)
RECORDED = (Abi.X86_64, Abi.X32, Abi.I386, Abi.ARM64, Abi.ARM)
"""The ABIs of the machines that profilegen records on."""

SOURCES = "any", "generic", "32"
EVERY_NAME = frozenset().union(*(table(abi).names for abi in Abi))
ON_ARM64 = {
    "access": "faccessat",
    "alarm": "setitimer",
    "chmod": "fchmodat",
    "chown": "fchownat",
    "creat": "openat",
    "dup2": "dup3 fcntl",
    "epoll_create": "epoll_create1",
    "epoll_ctl_old": "epoll_ctl",
    "epoll_wait": "epoll_pwait",
    "epoll_wait_old": "epoll_pwait",
    "eventfd": "eventfd2",
    "fork": "clone",
    "futimesat": "utimensat",
    "getdents": "getdents64",
    "getpgrp": "getpgid",
    "inotify_init": "inotify_init1",
    "lchown": "fchownat",
    "link": "linkat",
    "lstat": "newfstatat",
    "mkdir": "mkdirat",
    "mknod": "mknodat",
    "open": "openat",
    "pause": "ppoll",
    "pipe": "pipe2",
    "poll": "ppoll",
    "readlink": "readlinkat",
    "rename": "renameat",
    "rmdir": "unlinkat",
    "select": "pselect6",
    "signalfd": "signalfd4",
    "stat": "newfstatat",
    "symlink": "symlinkat",
    "time": "clock_gettime gettimeofday",
    "unlink": "unlinkat",
    "utime": "utimensat",
    "utimes": "utimensat",
    "vfork": "clone",
}
"""sysdeps/unix/sysv/linux of glibc 2.36 for a kernel without these calls."""


@pytest.mark.parametrize("target", NATIVES)
@pytest.mark.parametrize("source", RECORDED)
def test_every_call_has_a_decision_on_every_target(source: Abi, target: Abi) -> None:
    """It is kept, or others stand for it that exist there, or the data says why nothing does."""
    there = abi_on(target, source)
    for name in table(source).names:
        found = equivalents(name, source, there)
        assert found.keys() <= table(there).names
        assert found or why_nothing(name, source, there), f"{name} on {there}"


def test_what_arm64_calls_instead() -> None:
    names = table(Abi.X86_64).names
    lacking = {name for name in names if table(Abi.ARM64).number(name) is None}
    found = {name: set(equivalents(name, Abi.X86_64, Abi.ARM64)) for name in lacking}
    assert {name: some for name, some in found.items() if some} == {
        name: set(text.split()) for name, text in ON_ARM64.items()
    }
    kept = {name: set(equivalents(name, Abi.X86_64, Abi.ARM64)) for name in names - lacking}
    assert kept == {name: {name} for name in names - lacking}


@pytest.mark.parametrize(
    ("source", "target", "name", "expected"),
    [
        (Abi.X86_64, Abi.RISCV64, "rename", "renameat2"),
        (Abi.X86_64, Abi.LOONGARCH64, "stat", "newfstatat statx"),
        (Abi.X86_64, Abi.LOONGARCH64, "getrlimit", "prlimit64"),
        (Abi.X86_64, Abi.S390X, "accept", "accept4 socketcall"),
        (Abi.X86_64, Abi.S390X, "semop", "ipc semtimedop"),
        (Abi.X86_64, Abi.PPC64LE, "shmget", "ipc shmget"),
        (Abi.X86_64, Abi.PPC64LE, "sync_file_range", "sync_file_range2"),
        (Abi.X86_64, Abi.MIPSEL64, "select", "_newselect pselect6"),
        (Abi.X86_64, Abi.M68K, "getuid", "getuid getuid32"),
        (Abi.X86_64, Abi.SH, "clone3", "clone"),
        (Abi.ARM64, Abi.X86_64, "faccessat", "access faccessat"),
        (Abi.ARM64, Abi.X86_64, "clone", "clone fork vfork"),
        (Abi.ARM64, Abi.X86_64, "getdents64", "getdents64"),
        (Abi.ARM64, Abi.X86_64, EVERY_PROGRAM, "arch_prctl"),
        (Abi.ARM64, Abi.RISCV64, "renameat", "renameat2"),
        (Abi.I386, Abi.ARM, "mmap", "mmap2"),
        (Abi.I386, Abi.ARM, "getrlimit", "prlimit64 ugetrlimit"),
        (Abi.I386, Abi.ARM, EVERY_PROGRAM, "cacheflush set_tls"),
        (Abi.I386, Abi.RISCV64, "chown32", "fchownat"),
        (Abi.I386, Abi.RISCV64, "clock_gettime64", "clock_gettime"),
        (Abi.I386, Abi.RISCV64, "set_thread_area", ""),
        (Abi.ARM, Abi.I386, "send", "sendto socketcall"),
        (Abi.ARM, Abi.I386, "arm_fadvise64_64", "fadvise64 fadvise64_64"),
    ],
)
def test_some_equivalents(source: Abi, target: Abi, name: str, expected: str) -> None:
    assert set(equivalents(name, source, target)) == set(expected.split())


def test_a_call_that_stands_for_many_becomes_all_of_them() -> None:
    for call in ("socketcall", "ipc"):
        members = {sub.name for sub in sub_calls() if sub.call == call}
        found = set(equivalents(call, Abi.I386, Abi.ARM64))
        assert found == {name for member in members for name in equivalents(member, Abi.I386, Abi.ARM64)}


def test_a_group_that_makes_calls_through_another_has_that_one() -> None:
    for call in ("socketcall", "ipc"):
        assert all(table(abi).number(call) is not None for abi in Abi if call in groups(abi))
        assert not [abi for abi in Abi if table(abi).number(call) is None and call in groups(abi)]
    for abi in Abi:
        assert ("32" in groups(abi)) != ("64" in groups(abi))
        assert ("legacy" in groups(abi)) == (table(abi).number("open") is not None)
        assert ("generic" in groups(abi)) == (table(abi).number("open") is None)


def test_every_line_is_of_use_somewhere_and_names_its_evidence() -> None:
    known = {group for abi in Abi for group in groups(abi)} | {"without"}
    for name, some in lines().items():
        assert name in EVERY_NAME | {EVERY_PROGRAM} | {sub.name for sub in sub_calls()}
        for line in some:
            assert line.reason
            assert line.evidence
            assert line.source in SOURCES
            assert line.target in known
            targets = [abi for abi in Abi if line.target in groups(abi)] or [
                abi for abi in Abi if table(abi).number(name) is None
            ]
            assert targets
            if line.equivalent:
                assert any(equivalents(line.equivalent, Abi.X86_64, abi) for abi in targets), line
            else:
                assert len(some) == 1, f"{name} has something that stands for it, and nothing"


HEADERS = {
    Abi.ARM64: "include/asm-generic/errno.h",
    Abi.MIPS64: "mips-linux-gnu/include/asm/errno.h",
    Abi.PARISC: "hppa-linux-gnu/include/asm/errno.h",
}


@pytest.mark.parametrize("abi", HEADERS)
def test_errors_are_numbered_as_in_the_kernel_headers(abi: Abi) -> None:
    files = "include/asm-generic/errno-base.h", HEADERS[abi]
    text = "".join((Path("/usr") / name).read_text() for name in files)
    lines = re.findall(r"#define\s+(E\w+)\s+(\w+)", text)
    found = {name: int(number) for name, number in lines if number.isdigit()}
    found |= {name: found[number] for name, number in lines if number in found}
    ours = numbers(abi)
    assert len(ours) > 125
    assert {name: found[name] for name in ours} == ours


def test_an_error_keeps_its_name_on_every_architecture() -> None:
    assert [errno_on(abi, 38) for abi in (Abi.ARM64, Abi.S390X, Abi.MIPSEL64, Abi.PARISC)] == [
        38,
        38,
        89,
        251,
    ]
    assert {errno_on(abi, 1) for abi in Abi} == {1}
    assert errno_on(Abi.MIPS64, 4000) == 4000


def test_recorded_arguments_are_translated_where_architectures_have_the_same_numbers() -> None:
    """Of the rest arch_prctl is x86's alone, and ptrace's requests are numbered by each in its own way."""
    numbered = {"arch_prctl", "ptrace"}
    assert {name for abi in Abi for name in masks(abi)} - {place.name for place in places()} == numbered
    assert {place.equivalent for place in places()} <= EVERY_NAME


@pytest.mark.parametrize(
    ("target", "name", "values", "equivalent", "expected"),
    [
        (Abi.ARM64, "clone", ((0, 0x10000000),), "clone", ((0, 0x10000000),)),
        (Abi.S390X, "clone", ((0, 0x10000000),), "clone", ((1, 0x10000000),)),
        (Abi.ARM64, "fork", (), "clone", ((0, 0),)),
        (Abi.S390X, "vfork", (), "clone", ((1, 0),)),
        (Abi.ARM64, "socket", ((0, 2), (1, 1)), "socket", ((0, 2), (1, 1))),
        (Abi.MIPSEL64, "socket", ((0, 2), (1, 1)), "socket", ((0, 2), (1, 2))),
        (Abi.MIPSEL64, "socket", ((0, 2), (1, 3)), "socket", ((0, 2), (1, 3))),
        (Abi.ARM64, "socket", ((0, 2),), "socket", ((0, 2),)),
        (Abi.ARM64, "mknod", ((1, 0x6000),), "mknodat", ((2, 0x6000),)),
        (Abi.ARM64, "umount", (), "umount2", ((1, 0),)),
        (Abi.ARM64, "ioctl", ((1, 0x5401),), "ioctl", ((1, 0x5401),)),
        (Abi.PPC64LE, "ioctl", ((1, 0x5401),), "ioctl", None),
        (Abi.MIPSEL64, "mmap", ((2, 3), (3, 0x20)), "mmap", ((2, 3), (3, 0x800))),
        (Abi.MIPSEL64, "mmap", ((2, 3), (3, 0)), "mmap", ((2, 3), (3, 0))),
        (Abi.M68K, "mmap", ((2, 3), (3, 0)), "mmap", None),
        (Abi.ARM64, "clone", (), "clone", None),
        (Abi.ARM64, "clone", ((0, 1), (0, 2)), "clone", None),
        (Abi.ARM64, "clone", ((0, 1), (3, 2)), "clone", None),
        (Abi.ARM64, "read", ((0, 1),), "read", None),
        (Abi.ARM64, "read", (), "read", None),
    ],
)
def test_arguments_on_another_architecture(
    target: Abi,
    name: str,
    values: tuple[tuple[int, int], ...],
    equivalent: str,
    expected: tuple[tuple[int, int], ...] | None,
) -> None:
    assert translated_values(name, values, equivalent, Abi.X86_64, target) == expected


def test_a_source_that_numbers_in_its_own_way_is_not_translated() -> None:
    assert translated_values("socket", ((0, 2), (1, 1)), "socket", Abi.MIPS64, Abi.X86_64) is None
