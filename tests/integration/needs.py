"""Containers, and exactly the capabilities that their profiles must keep: the same on every kernel."""

from dataclasses import dataclass

from tests.integration.containers import BASE, PROGRAMS

UNCONFINED = "--security-opt=seccomp=unconfined"
OLDEST = (5, 10)
RINGS = (6, 1)
"""Linux 5.11 unlinks by an io_uring; 5.10 does so from 5.10.162 on, which has the io_uring of 5.15."""
OTHERS_FILE = ("CHOWN", "DAC_OVERRIDE")
"""Of a program that gives a folder away, and removes a file in it."""


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
    Need("bind-above-1023", (PROGRAMS, "/binds", "tcp", "8080")),
    Need("mknod", (PROGRAMS, "/asks", "10"), ("MKNOD", "SYS_ADMIN", "SYS_CHROOT"), ("--cap-add=SYS_ADMIN",)),
    Need("ring-leaderless", (PROGRAMS, "/ring", "leaderless"), OTHERS_FILE, since=RINGS),
    Need("ring-opens-its-own", (PROGRAMS, "/ring", "open", "/ring"), since=RINGS),
    Need("ring-personality", (PROGRAMS, "/ring", "personality"), OTHERS_FILE, since=RINGS),
    Need("ring-unlink", (PROGRAMS, "/ring", "unlink"), OTHERS_FILE, since=RINGS),
)
