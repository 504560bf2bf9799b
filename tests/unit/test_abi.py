"""Laws of the architectures' names and numbers."""

import re
from pathlib import Path

import pytest

from profilegen.abi import Abi
from profilegen.errors import UsageError

AUDIT = Path("/usr/include/linux/audit.h")


@pytest.mark.parametrize("abi", Abi)
def test_names_belong_to_one_abi(abi: Abi) -> None:
    for name in (
        abi.value,
        abi.docker,
        abi.scmp,
        abi.libseccomp,
        abi.scmp.removeprefix("SCMP_ARCH_").lower(),
    ):
        assert Abi.of_name(name) is abi


def test_x32_is_told_by_a_bit_of_the_number_alone() -> None:
    assert Abi.X32.audit_arch == Abi.X86_64.audit_arch
    assert Abi.of_call(0xC000003E, 0x40000000 + 514) is Abi.X32
    assert Abi.of_call(0xC000003E, 514) is Abi.X86_64
    assert Abi.of_call(0xC000003E, -1) is Abi.X86_64
    assert Abi.X32.token == 0x4000003E
    assert Abi.of_call(0x1234, 1) is None


@pytest.mark.parametrize("abi", [abi for abi in Abi if abi is not Abi.X32])
def test_every_other_abi_has_an_audit_id_of_its_own(abi: Abi) -> None:
    assert Abi.of_call(abi.audit_arch, 1) is abi
    assert abi.token == abi.audit_arch


def test_audit_ids_are_those_of_the_kernel_headers() -> None:
    """The numbers of the machines (EM_*) are in linux/elf-em.h, the flags in linux/audit.h."""
    machines = {
        name: int(number, 0)
        for name, number in re.findall(
            r"^#define\s+(EM_\w+)\s+(\w+)", Path("/usr/include/linux/elf-em.h").read_text(), re.MULTILINE
        )
        if number[0].isdigit()
    }
    flags = {
        "__AUDIT_ARCH_64BIT": 0x80000000,
        "__AUDIT_ARCH_LE": 0x40000000,
        "__AUDIT_ARCH_CONVENTION_MIPS64_N32": 0x20000000,
    }
    text = AUDIT.read_text().replace("\\\n", " ")
    known = {
        name: sum((machines | flags)[word] for word in value.split("|"))
        for name, value in re.findall(r"^#define AUDIT_ARCH_(\w+)\s+\(([\w|\t ]+)\)", text, re.MULTILINE)
        for value in ["|".join(value.replace("|", " ").split())]
        if all(word in machines | flags for word in value.split("|"))
    }
    header = {Abi.ARM64: "AARCH64", Abi.SH: "SHEL", Abi.SHEB: "SH", Abi.X32: "X86_64"}
    assert {abi: abi.audit_arch for abi in Abi} == {
        abi: known[header.get(abi, abi.value.upper())] for abi in Abi
    }


def test_several_compat_abis_belong_to_one_native() -> None:
    assert Abi.X86_64.compats == (Abi.I386, Abi.X32)
    assert set(Abi.MIPS64.compats) == {Abi.MIPS, Abi.MIPS64N32}
    assert Abi.PPC64LE.compats == ()
    for abi in Abi:
        assert abi.native.native is abi.native
        assert all(other.native is abi and other.little_endian == abi.little_endian for other in abi.compats)


@pytest.mark.parametrize(
    ("machine", "byteorder", "abi"),
    [
        ("x86_64", "little", Abi.X86_64),
        ("amd64", "little", Abi.X86_64),
        ("i686", "little", Abi.I386),
        ("aarch64", "little", Abi.ARM64),
        ("arm64", "little", Abi.ARM64),
        ("armv7l", "little", Abi.ARM),
        ("mips64", "big", Abi.MIPS64),
        ("mips64", "little", Abi.MIPSEL64),
        ("mips", "little", Abi.MIPSEL),
        ("sh4a", "little", Abi.SH),
        ("sh4eb", "big", Abi.SHEB),
        ("ppc64le", "little", Abi.PPC64LE),
        ("s390x", "big", Abi.S390X),
    ],
)
def test_a_machine_by_its_name_and_byte_order(machine: str, byteorder: str, abi: Abi) -> None:
    assert Abi.of_machine(machine, byteorder) is abi


@pytest.mark.parametrize(("machine", "byteorder"), [("vax", "little"), ("aarch64", "big"), ("", "little")])
def test_a_machine_without_table_is_an_error(machine: str, byteorder: str) -> None:
    with pytest.raises(UsageError, match="no syscall table"):
        Abi.of_machine(machine, byteorder)


def test_a_wrong_name_is_answered_with_close_ones() -> None:
    with pytest.raises(UsageError, match=r"amd46.*amd64"):
        Abi.of_name("amd46")


@pytest.mark.parametrize(
    ("abi", "libseccomp", "oci", "runc"),
    [
        (Abi.X86_64, "1.0.0", "1.0.0", "1.0"),
        (Abi.RISCV64, "2.5.0", "1.1.0", "1.2"),
        (Abi.LOONGARCH64, "2.6.0", "1.2.1", "1.5"),
        (Abi.PARISC, "2.4.0", "1.0.0", None),
        (Abi.M68K, "2.6.0", "1.2.1", None),
    ],
)
def test_who_takes_it_from_when_on(abi: Abi, libseccomp: str, oci: str, runc: str | None) -> None:
    assert (abi.libseccomp_since, abi.oci_since, abi.runc_since) == (libseccomp, oci, runc)
