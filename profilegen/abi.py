"""System call ABIs and architectures: one enumeration with the names that others give them."""

from __future__ import annotations

import platform
import sys
from enum import StrEnum
from typing import NamedTuple

from profilegen.errors import UsageError
from profilegen.text import close_matches

X32_BIT = 0x40000000
"""__X32_SYSCALL_BIT, arch/x86/include/uapi/asm/unistd.h: all that tells an x32 call from one of x86_64."""

_LITTLE_ENDIAN = 0x40000000  # __AUDIT_ARCH_LE, include/uapi/linux/audit.h


class Abi(StrEnum):
    """A system call ABI, by the name of its table in ``syscall_tables/abi/``.

    Every SCMP_ARCH that the OCI runtime specification 1.3 knows has one.
    """

    X86_64 = "x86_64"
    I386 = "i386"
    X32 = "x32"
    ARM64 = "arm64"
    ARM = "arm"
    RISCV64 = "riscv64"
    LOONGARCH64 = "loongarch64"
    S390X = "s390x"
    S390 = "s390"
    PPC64LE = "ppc64le"
    PPC64 = "ppc64"
    PPC = "ppc"
    MIPS64 = "mips64"
    MIPS64N32 = "mips64n32"
    MIPS = "mips"
    MIPSEL64 = "mipsel64"
    MIPSEL64N32 = "mipsel64n32"
    MIPSEL = "mipsel"
    PARISC64 = "parisc64"
    PARISC = "parisc"
    M68K = "m68k"
    SH = "sh"
    SHEB = "sheb"

    @property
    def audit_arch(self) -> int:
        """AUDIT_ARCH value, as ``seccomp_data.arch`` holds it; x32 has that of x86_64."""
        return _FACTS[self].audit

    @property
    def scmp(self) -> str:
        """Name in an OCI seccomp profile, such as ``SCMP_ARCH_X86_64``."""
        return f"SCMP_ARCH_{self.libseccomp.upper()}"

    @property
    def libseccomp(self) -> str:
        """Name that ``seccomp_arch_resolve_name(3)`` takes, such as ``x86`` for i386."""
        return _FACTS[self].libseccomp

    @property
    def moby(self) -> str:
        """Name in the conditions of Docker's profiles (goToNative in moby's seccomp/seccomp_linux.go)."""
        return self.docker if self in (Abi.X86_64, Abi.ARM64) else self.libseccomp

    @property
    def token(self) -> int:
        """Value of ``scmp`` in libseccomp's seccomp.h: the kernel's, but for x32 one that no kernel has."""
        return 0x4000003E if self is Abi.X32 else self.audit_arch

    @property
    def goarch(self) -> str | None:
        """GOARCH, in Go's list of known architectures; None where Go has no name."""
        return _FACTS[self].goarch

    @property
    def docker(self) -> str:
        """Name in ``docker run --platform linux/NAME`` and in ``seccomp.NAME.json``: the GOARCH if any."""
        return self.goarch or self.value

    @property
    def machines(self) -> tuple[str, ...]:
        """What ``uname -m`` says on a machine of this ABI and byte order, and others' spellings of that."""
        return _FACTS[self].machines

    @property
    def little_endian(self) -> bool:
        """Byte order; libseccomp takes no profile with both."""
        return bool(self.audit_arch & _LITTLE_ENDIAN)

    @property
    def native(self) -> Abi:
        """The 64-bit ABI of the machines that run this one too, itself if there is none."""
        return _FACTS[self].native or self

    @property
    def compats(self) -> tuple[Abi, ...]:
        """The other ABIs that a kernel of this one can run; configured, or not."""
        return tuple(abi for abi in Abi if abi.native is self and abi is not self)

    @property
    def libseccomp_since(self) -> str:
        """First libseccomp that takes it. crun and youki know what libseccomp knows, crun by its name."""
        return _FACTS[self].libseccomp_since

    @property
    def oci_since(self) -> str:
        """First OCI runtime specification with the name."""
        return _FACTS[self].oci_since

    @property
    def runc_since(self) -> str | None:
        """First runc that starts a container under a profile with it; None: none up to 1.5."""
        return _FACTS[self].runc_since

    @classmethod
    def of_call(cls, audit_arch: int, number: int) -> Abi | None:
        """The ABI of a call by ``seccomp_data.arch`` and ``.nr``, None if no table has it."""
        if audit_arch == cls.X86_64.audit_arch:
            return cls.X32 if number >= 0 and number & X32_BIT else cls.X86_64
        return next((abi for abi in cls if abi.audit_arch == audit_arch), None)

    @classmethod
    def of_machine(cls, machine: str | None = None, byteorder: str = sys.byteorder) -> Abi:
        """The native ABI of a machine, by its ``uname -m`` (default: this one).

        Args:
            machine: as ``uname -m`` says it; mips says the same in both byte orders.
            byteorder: ``little`` or ``big``, as ``sys.byteorder``.

        Raises:
            UsageError: there is no table for it.
        """
        name = platform.machine() if machine is None else machine
        found = [abi for abi in cls if name in abi.machines]
        for abi in found:
            if abi.little_endian == (byteorder == "little"):
                return abi
        raise UsageError(f"profilegen has no syscall table for the architecture {name!r}")

    @classmethod
    def of_name(cls, name: str) -> Abi:
        """The ABI by any of its names: the table's, Docker's, ``SCMP_ARCH_*``, libseccomp's, ``uname -m``.

        Raises:
            UsageError: it is none, with the names that come close.
        """
        known: dict[str, Abi] = {}
        for abi in cls:
            known |= dict.fromkeys((abi.docker, abi.scmp, abi.libseccomp), abi)
        known = (
            {machine: abi for abi in cls for machine in abi.machines}
            | known
            | {abi.value: abi for abi in cls}
        )
        if name not in known:
            raise UsageError(
                f"there is no architecture {name!r}{close_matches(name, known)}", "profilegen tables"
            )
        return known[name]


class _Facts(NamedTuple):
    """Sources.

    audit: include/uapi/linux/audit.h. libseccomp: src/arch.c, its CHANGELOG for the version. goarch:
    internal/syslist of Go. machines: UTS_MACHINE in arch/*/Makefile and what the kernel makes of it.
    oci_since: config-linux.md of the runtime specification. runc_since: libcontainer/seccomp/config.go.
    """

    audit: int
    libseccomp: str
    goarch: str | None
    native: Abi | None
    machines: tuple[str, ...]
    libseccomp_since: str
    oci_since: str
    runc_since: str | None


_I386 = ("i386", "i486", "i586", "i686")
_ARM = ("arm", "armv5tel", "armv5tejl", "armv6l", "armv7l", "armv8l")  # armv8l: a 32-bit task on arm64
_SH = ("sh", "sh2", "sh2a", "sh3", "sh4", "sh4a")
_RUNC = "1.0"
_FACTS = {
    Abi.X86_64: _Facts(0xC000003E, "x86_64", "amd64", None, ("x86_64", "amd64"), "1.0.0", "1.0.0", _RUNC),
    Abi.I386: _Facts(0x40000003, "x86", "386", Abi.X86_64, _I386, "1.0.0", "1.0.0", _RUNC),
    Abi.X32: _Facts(0xC000003E, "x32", "amd64p32", Abi.X86_64, (), "2.1.0", "1.0.0", _RUNC),
    Abi.ARM64: _Facts(0xC00000B7, "aarch64", "arm64", None, ("aarch64", "arm64"), "2.2.0", "1.0.0", _RUNC),
    Abi.ARM: _Facts(0x40000028, "arm", "arm", Abi.ARM64, _ARM, "2.1.0", "1.0.0", _RUNC),
    Abi.RISCV64: _Facts(0xC00000F3, "riscv64", "riscv64", None, ("riscv64",), "2.5.0", "1.1.0", "1.2"),
    Abi.LOONGARCH64: _Facts(
        0xC0000102, "loongarch64", "loong64", None, ("loongarch64",), "2.6.0", "1.2.1", "1.5"
    ),
    Abi.S390X: _Facts(0x80000016, "s390x", "s390x", None, ("s390x",), "2.3.0", "1.0.0", _RUNC),
    Abi.S390: _Facts(0x00000016, "s390", "s390", Abi.S390X, ("s390",), "2.3.0", "1.0.0", _RUNC),
    Abi.PPC64LE: _Facts(0xC0000015, "ppc64le", "ppc64le", None, ("ppc64le",), "2.3.0", "1.0.0", _RUNC),
    Abi.PPC64: _Facts(0x80000015, "ppc64", "ppc64", None, ("ppc64",), "2.3.0", "1.0.0", _RUNC),
    Abi.PPC: _Facts(0x00000014, "ppc", "ppc", Abi.PPC64, ("ppc",), "2.3.0", "1.0.0", _RUNC),
    Abi.MIPS64: _Facts(0x80000008, "mips64", "mips64", None, ("mips64",), "2.2.0", "1.0.0", _RUNC),
    Abi.MIPS64N32: _Facts(0xA0000008, "mips64n32", "mips64p32", Abi.MIPS64, (), "2.2.0", "1.0.0", _RUNC),
    Abi.MIPS: _Facts(0x00000008, "mips", "mips", Abi.MIPS64, ("mips",), "2.2.0", "1.0.0", _RUNC),
    Abi.MIPSEL64: _Facts(0xC0000008, "mipsel64", "mips64le", None, ("mips64",), "2.2.0", "1.0.0", _RUNC),
    Abi.MIPSEL64N32: _Facts(
        0xE0000008, "mipsel64n32", "mips64p32le", Abi.MIPSEL64, (), "2.2.0", "1.0.0", _RUNC
    ),
    Abi.MIPSEL: _Facts(0x40000008, "mipsel", "mipsle", Abi.MIPSEL64, ("mips",), "2.2.0", "1.0.0", _RUNC),
    Abi.PARISC64: _Facts(0x8000000F, "parisc64", None, None, ("parisc64",), "2.4.0", "1.0.0", None),
    Abi.PARISC: _Facts(0x0000000F, "parisc", None, Abi.PARISC64, ("parisc",), "2.4.0", "1.0.0", None),
    Abi.M68K: _Facts(0x00000004, "m68k", None, None, ("m68k",), "2.6.0", "1.2.1", None),
    Abi.SH: _Facts(0x4000002A, "sh", None, None, _SH, "2.6.0", "1.2.1", None),
    Abi.SHEB: _Facts(
        0x0000002A, "sheb", None, None, tuple(f"{name}eb" for name in _SH), "2.6.0", "1.2.1", None
    ),
}
