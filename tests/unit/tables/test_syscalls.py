"""Laws of the syscall tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from profilegen.abi import Abi
from profilegen.errors import DataFileError
from profilegen.files import resources
from profilegen.files.resources import read_table, template_dir
from profilegen.tables.multiplexed import SubCall, multiplexed, sub_calls
from profilegen.tables.syscalls import table

INCLUDE = Path("/usr")
HEADERS = {
    Abi.X86_64: "include/x86_64-linux-gnu/asm/unistd_64.h",
    Abi.I386: "include/x86_64-linux-gnu/asm/unistd_32.h",
    Abi.X32: "include/x86_64-linux-gnu/asm/unistd_x32.h",
    Abi.ARM: "arm-linux-gnueabihf/include/asm/unistd-eabi.h",
    Abi.S390X: "s390x-linux-gnu/include/asm/unistd_64.h",
    Abi.S390: "s390x-linux-gnu/include/asm/unistd_32.h",
    Abi.PPC64LE: "powerpc64le-linux-gnu/include/asm/unistd_64.h",
    Abi.PPC: "powerpc64le-linux-gnu/include/asm/unistd_32.h",
    Abi.MIPS64: "mips-linux-gnu/include/asm/unistd_n64.h",
    Abi.MIPS64N32: "mips-linux-gnu/include/asm/unistd_n32.h",
    Abi.MIPS: "mips-linux-gnu/include/asm/unistd_o32.h",
    Abi.PARISC64: "hppa-linux-gnu/include/asm/unistd_64.h",
    Abi.PARISC: "hppa-linux-gnu/include/asm/unistd_32.h",
    Abi.M68K: "m68k-linux-gnu/include/asm/unistd_32.h",
    Abi.SH: "sh4-linux-gnu/include/asm/unistd_32.h",
}
GENERIC = INCLUDE / "include/asm-generic/unistd.h"

FIRST = {
    Abi.X32: 0x40000000,
    **dict.fromkeys((Abi.MIPS, Abi.MIPSEL), 4000),
    **dict.fromkeys((Abi.MIPS64, Abi.MIPSEL64), 5000),
    **dict.fromkeys((Abi.MIPS64N32, Abi.MIPSEL64N32), 6000),
}
"""What seccomp reports a number above."""


@pytest.mark.parametrize("abi", Abi)
def test_a_table_is_a_bijection_of_numbers_and_names(abi: Abi) -> None:
    calls = table(abi)
    numbers = [calls.number(name) for name in calls.names]
    assert len(numbers) > 300
    assert len(set(numbers)) == len(numbers)
    for name in calls.names:
        number = calls.number(name)
        assert number is not None
        assert calls.name(number) == name


@pytest.mark.parametrize("abi", HEADERS)
def test_a_table_has_every_number_of_the_kernel_headers(abi: Abi) -> None:
    """Those of Debian's linux-libc-dev packages, which scripts/setup installs; without them it fails."""
    text = (INCLUDE / HEADERS[abi]).read_text()
    lines = re.findall(r"^#define __NR_(\w+) (?:\(\w+ \+ )?(\d+)\)?$", text, re.MULTILINE)
    names = {name for name, _ in lines if not re.fullmatch(r"(unused|reserved)\d+", name)}
    if abi is Abi.PARISC64:
        names.discard("_llseek")  # of 32 bits alone since some kernel from 6.2 to 6.12
    numbers = {name: FIRST.get(abi, 0) + int(number) for name, number in lines if name in names}
    assert len(numbers) > 300
    assert {name: table(abi).number(name) for name in numbers} == numbers


@pytest.mark.parametrize(
    ("abi", "name", "number"),
    [
        (Abi.X86_64, "execve", 59),
        (Abi.I386, "socketcall", 102),
        (Abi.I386, "clock_gettime64", 403),
        (Abi.I386, "socket", 359),
        (Abi.X32, "read", 0x40000000),
        (Abi.X32, "execve", 0x40000000 + 520),
        (Abi.ARM64, "execve", 221),
        (Abi.ARM, "cacheflush", 0xF0002),
        (Abi.ARM, "set_tls", 0xF0005),
        (Abi.ARM, "get_tls", 0xF0006),
        (Abi.RISCV64, "riscv_flush_icache", 259),
        (Abi.MIPS, "read", 4003),
        (Abi.MIPSEL, "socketcall", 4102),
        (Abi.MIPS64, "read", 5000),
        (Abi.MIPSEL64N32, "read", 6000),
        (Abi.S390X, "exit", 1),
        (Abi.PPC64LE, "read", 3),
        (Abi.PARISC, "read", 3),
    ],
)
def test_known_numbers(abi: Abi, name: str, number: int) -> None:
    assert table(abi).number(name) == number


@pytest.mark.parametrize("abi", Abi)
def test_calls_from_424_on_have_one_number_everywhere(abi: Abi) -> None:
    """Since Linux 5.1 a new call gets the same number on every architecture."""
    native, calls = table(Abi.X86_64), table(abi)
    newer = {name for name in native.names if (native.number(name) or 0) >= 424}
    missing = {name for name in newer if calls.number(name) is None}
    assert missing <= {"clone3", "fchroot", "listns", "memfd_secret", "rseq_slice_yield"}
    for name in newer - missing:
        assert calls.number(name) == FIRST.get(abi, 0) + (native.number(name) or 0)


@pytest.mark.parametrize("abi", Abi)
def test_numbers_are_what_seccomp_reports(abi: Abi) -> None:
    calls, first = table(abi), FIRST.get(abi, 0)
    private = (
        {"breakpoint", "cacheflush", "usr26", "usr32", "set_tls", "get_tls"} if abi is Abi.ARM else set()
    )
    assert all(first <= (calls.number(name) or 0) < first + 1000 for name in calls.names - private)
    assert all(0xF0000 < (calls.number(name) or 0) <= 0xF0006 for name in private)


@pytest.mark.parametrize("abi", [Abi.S390, Abi.S390X])
def test_slot_zero_of_s390_is_no_call(abi: Abi) -> None:
    """An svc 0 takes its number from r1; one that is too large arrives as 0 (arch/s390/kernel/syscall.c)."""
    assert table(abi).name(0) is None


def test_byte_order_and_word_size_share_their_tables() -> None:
    for one, other in (
        (Abi.MIPS, Abi.MIPSEL),
        (Abi.MIPS64, Abi.MIPSEL64),
        (Abi.MIPS64N32, Abi.MIPSEL64N32),
        (Abi.PPC64, Abi.PPC64LE),
        (Abi.SH, Abi.SHEB),
    ):
        assert read_table(f"abi/{one}.csv") == read_table(f"abi/{other}.csv")


@pytest.mark.parametrize("abi", [Abi.ARM64, Abi.RISCV64, Abi.LOONGARCH64])
def test_newer_architectures_have_the_numbers_of_the_generic_header(abi: Abi) -> None:
    """Which calls they have is the business of their Makefiles: rlimits, renameat."""
    text = GENERIC.read_text()
    lines = dict(re.findall(r"^#define __NR(?:3264)?_(\w+) (\d+)$", text, re.MULTILINE))
    known = {name: number for name, number in lines.items() if table(abi).number(name) is not None}
    assert len(known) > 280
    assert {name: str(table(abi).number(name)) for name in known} == known


def test_a_call_and_its_multiplexer() -> None:
    """Only i386, s390 and other old ABIs have one; x86_64 and arm never had."""
    assert multiplexed(Abi.I386)["socket"] == SubCall("socketcall", 1, "socket")
    assert multiplexed(Abi.S390X)["shmctl"] == SubCall("ipc", 24, "shmctl")
    assert {abi for abi in Abi if multiplexed(abi)} == {
        *(Abi.I386, Abi.S390, Abi.S390X, Abi.PPC, Abi.PPC64, Abi.PPC64LE),
        *(Abi.MIPS, Abi.MIPSEL, Abi.M68K, Abi.SH, Abi.SHEB),
    }
    assert table(Abi.I386).number("send") is None
    assert {sub.call for sub in sub_calls()} == {"ipc", "socketcall"}
    for call in ("ipc", "socketcall"):
        numbers = [sub.number for sub in sub_calls() if sub.call == call]
        assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("abi", Abi)
def test_since_is_a_kernel_version_or_unknown(abi: Abi) -> None:
    calls = table(abi)
    known = [since for name in calls.names if (since := calls.since(name)) is not None]
    assert all(re.fullmatch(r"\d+(\.\d+)+", since) for since in known)
    assert len(known) > 300


def test_an_unknown_call_is_none() -> None:
    calls = table(Abi.X86_64)
    assert (calls.number("no_such_call"), calls.name(99_999), calls.since("no_such_call")) == (
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "number,name,since\n",
        "number,name,abi\n0,read,common\n",
        "number,name,since\n1,write,1.0\n0,read,1.0\n",
        "number,name,since\n0,read,1.0\n0,write,1.0\n",
        "number,name,since\n0,read,1.0\n1,read,1.0\n",
        "number,name,since\n0,,1.0\n",
        "number,name,since\nzero,read,1.0\n",
        "number,name,since\n0,read\n",
    ],
)
def test_a_damaged_table_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "read_table", lambda _: text)
    with pytest.raises(DataFileError):
        table.__wrapped__(Abi.X86_64)


def test_every_table_names_its_source() -> None:
    sources = read_table("SOURCES.md")
    for abi in Abi:
        assert f"{abi.value}.csv" in sources


def test_templates_are_found() -> None:
    assert template_dir().is_dir()


def test_a_missing_file_is_an_error_with_its_name() -> None:
    with pytest.raises(DataFileError, match=r"no_such\.csv"):
        read_table("no_such.csv")
