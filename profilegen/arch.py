"""System call ABIs and architectures: one enumeration with the names that others give them."""

from __future__ import annotations

import platform
from enum import StrEnum

from profilegen.errors import UsageError


class Abi(StrEnum):
    """A system call ABI, by the name of its table in ``syscall_tables/``.

    Sources: AUDIT_ARCH values in include/uapi/linux/audit.h; SCMP_ARCH names in the OCI runtime
    specification, config-linux.md; GOARCH names as Docker uses them for a platform.
    """

    X86_64 = "x86_64"
    I386 = "i386"
    ARM64 = "arm64"
    ARM = "arm"

    @property
    def scmp(self) -> str:
        """Name in an OCI seccomp profile, such as ``SCMP_ARCH_X86_64``."""
        return _SCMP[self]

    @property
    def audit_arch(self) -> int:
        """AUDIT_ARCH value, as seccomp_data.arch holds it."""
        return _AUDIT[self]

    @property
    def docker(self) -> str:
        """Name in ``docker run --platform linux/NAME`` and in ``seccomp.NAME.json``."""
        return _DOCKER[self]

    @property
    def native(self) -> Abi:
        """The 64-bit ABI of the machine that runs this one."""
        return {Abi.I386: Abi.X86_64, Abi.ARM: Abi.ARM64}.get(self, self)

    @property
    def compat(self) -> Abi:
        """The 32-bit ABI that the machine of this one runs too."""
        return {Abi.X86_64: Abi.I386, Abi.ARM64: Abi.ARM}.get(self, self)

    @classmethod
    def of_machine(cls, machine: str | None = None) -> Abi:
        """The native ABI of a machine, by its ``uname -m`` (default: this one)."""
        name = platform.machine() if machine is None else machine
        try:
            return {"x86_64": cls.X86_64, "amd64": cls.X86_64, "aarch64": cls.ARM64, "arm64": cls.ARM64}[name]
        except KeyError:
            raise UsageError(f"profilegen has no syscall table for the architecture {name!r}") from None


_SCMP = {
    Abi.X86_64: "SCMP_ARCH_X86_64",
    Abi.I386: "SCMP_ARCH_X86",
    Abi.ARM64: "SCMP_ARCH_AARCH64",
    Abi.ARM: "SCMP_ARCH_ARM",
}
_AUDIT = {Abi.X86_64: 0xC000003E, Abi.I386: 0x40000003, Abi.ARM64: 0xC00000B7, Abi.ARM: 0x40000028}
_DOCKER = {Abi.X86_64: "amd64", Abi.I386: "386", Abi.ARM64: "arm64", Abi.ARM: "arm"}
