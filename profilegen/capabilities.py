"""Linux capabilities with the three spellings of the field.

Numbers: include/uapi/linux/capability.h, complete up to CAP_CHECKPOINT_RESTORE (Linux 5.9, still
the last one in 7.3).
"""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """A capability by its kernel name; the order of the members is the kernel's number."""

    CAP_CHOWN = "CAP_CHOWN"
    CAP_DAC_OVERRIDE = "CAP_DAC_OVERRIDE"
    CAP_DAC_READ_SEARCH = "CAP_DAC_READ_SEARCH"
    CAP_FOWNER = "CAP_FOWNER"
    CAP_FSETID = "CAP_FSETID"
    CAP_KILL = "CAP_KILL"
    CAP_SETGID = "CAP_SETGID"
    CAP_SETUID = "CAP_SETUID"
    CAP_SETPCAP = "CAP_SETPCAP"
    CAP_LINUX_IMMUTABLE = "CAP_LINUX_IMMUTABLE"
    CAP_NET_BIND_SERVICE = "CAP_NET_BIND_SERVICE"
    CAP_NET_BROADCAST = "CAP_NET_BROADCAST"
    CAP_NET_ADMIN = "CAP_NET_ADMIN"
    CAP_NET_RAW = "CAP_NET_RAW"
    CAP_IPC_LOCK = "CAP_IPC_LOCK"
    CAP_IPC_OWNER = "CAP_IPC_OWNER"
    CAP_SYS_MODULE = "CAP_SYS_MODULE"
    CAP_SYS_RAWIO = "CAP_SYS_RAWIO"
    CAP_SYS_CHROOT = "CAP_SYS_CHROOT"
    CAP_SYS_PTRACE = "CAP_SYS_PTRACE"
    CAP_SYS_PACCT = "CAP_SYS_PACCT"
    CAP_SYS_ADMIN = "CAP_SYS_ADMIN"
    CAP_SYS_BOOT = "CAP_SYS_BOOT"
    CAP_SYS_NICE = "CAP_SYS_NICE"
    CAP_SYS_RESOURCE = "CAP_SYS_RESOURCE"
    CAP_SYS_TIME = "CAP_SYS_TIME"
    CAP_SYS_TTY_CONFIG = "CAP_SYS_TTY_CONFIG"
    CAP_MKNOD = "CAP_MKNOD"
    CAP_LEASE = "CAP_LEASE"
    CAP_AUDIT_WRITE = "CAP_AUDIT_WRITE"
    CAP_AUDIT_CONTROL = "CAP_AUDIT_CONTROL"
    CAP_SETFCAP = "CAP_SETFCAP"
    CAP_MAC_OVERRIDE = "CAP_MAC_OVERRIDE"
    CAP_MAC_ADMIN = "CAP_MAC_ADMIN"
    CAP_SYSLOG = "CAP_SYSLOG"
    CAP_WAKE_ALARM = "CAP_WAKE_ALARM"
    CAP_BLOCK_SUSPEND = "CAP_BLOCK_SUSPEND"
    CAP_AUDIT_READ = "CAP_AUDIT_READ"
    CAP_PERFMON = "CAP_PERFMON"
    CAP_BPF = "CAP_BPF"
    CAP_CHECKPOINT_RESTORE = "CAP_CHECKPOINT_RESTORE"

    @property
    def number(self) -> int:
        """Bit in a capability set of the kernel."""
        return _ORDER.index(self)

    @property
    def docker(self) -> str:
        """Spelling of ``--cap-add``: ``NET_BIND_SERVICE``."""
        return self.value.removeprefix("CAP_")

    @property
    def apparmor(self) -> str:
        """Spelling of an AppArmor profile: ``net_bind_service``."""
        return self.docker.lower()

    @classmethod
    def of_number(cls, number: int) -> Capability | None:
        """The capability with this bit, None if it is newer than the table."""
        return _ORDER[number] if 0 <= number < len(_ORDER) else None

    @classmethod
    def of_mask(cls, mask: int) -> tuple[Capability, ...]:
        """The capabilities of a kernel set such as CapBnd, sorted by name."""
        return tuple(sorted(c for bit, c in enumerate(_ORDER) if mask >> bit & 1))


_ORDER = tuple(Capability)
DOCKER_DEFAULT = frozenset(
    {
        # oci/caps/defaults.go of moby: what a container has without --cap-drop and --cap-add.
        Capability.CAP_AUDIT_WRITE,
        Capability.CAP_CHOWN,
        Capability.CAP_DAC_OVERRIDE,
        Capability.CAP_FOWNER,
        Capability.CAP_FSETID,
        Capability.CAP_KILL,
        Capability.CAP_MKNOD,
        Capability.CAP_NET_BIND_SERVICE,
        Capability.CAP_NET_RAW,
        Capability.CAP_SETFCAP,
        Capability.CAP_SETGID,
        Capability.CAP_SETPCAP,
        Capability.CAP_SETUID,
        Capability.CAP_SYS_CHROOT,
    }
)
