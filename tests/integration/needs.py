"""Containers, and exactly the capabilities that their profiles must keep: the same on every kernel."""

from dataclasses import dataclass

from tests.integration.containers import BASE, PROGRAMS

UNCONFINED = "--security-opt=seccomp=unconfined"
EVERYTHING = ("--cap-add=ALL", "--cap-drop=SYS_RESOURCE")
"""But for what a container of CI does not have itself, and so cannot give."""
OLDEST = (5, 10)


@dataclass(frozen=True)
class Need:
    """What runs, and which capabilities it dies without.

    A ``kept`` one is there because the container fails without it; an empty ``kept`` is a negative, whose
    capabilities were asked for, or looked at, and are no need all the same.
    """

    name: str
    container: tuple[str, ...]
    """Words behind ``docker run``: image and command."""
    kept: tuple[str, ...] = ()
    recorded_with: tuple[str, ...] = ()
    """Options of the recording only: capabilities added, another filter."""
    since: tuple[int, int] = OLDEST
    """The first kernel that can do it."""


NEEDS = (
    Need("chroot", (BASE, "chroot", "/", "true"), ("SYS_CHROOT",)),
    Need("chroot-in-a-user-namespace", (BASE, "unshare", "-U", "true"), (), (UNCONFINED,)),
    Need("ip-transparent", (PROGRAMS, "/pairs", "transparent"), ("NET_RAW",), ("--cap-add=NET_RAW",)),
    Need(
        "ip-transparent-with-net-admin",
        (PROGRAMS, "/pairs", "transparent"),
        ("NET_RAW",),
        ("--cap-drop=NET_RAW", "--cap-add=NET_ADMIN"),
    ),
    Need("io-priority", (PROGRAMS, "/pairs", "priority"), ("SYS_NICE",), ("--cap-add=SYS_ADMIN",)),
    Need("read", (PROGRAMS, "/pairs", "read"), ("DAC_OVERRIDE",)),
    Need("read-with-everything", (PROGRAMS, "/pairs", "read"), ("DAC_OVERRIDE",), EVERYTHING),
    Need("write-with-everything", (PROGRAMS, "/pairs", "write"), ("DAC_OVERRIDE",), EVERYTHING),
    Need("own-file-with-everything", (PROGRAMS, "/pairs", "own"), (), EVERYTHING),
    Need("mknod", (PROGRAMS, "/asks", "10"), ("MKNOD", "SYS_ADMIN", "SYS_CHROOT"), ("--cap-add=SYS_ADMIN",)),
)
