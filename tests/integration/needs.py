"""Containers, and exactly the capabilities that their profiles must keep: the same on every kernel."""

from dataclasses import dataclass

from tests.integration.containers import BASE, PROGRAMS

UNCONFINED = "--security-opt=seccomp=unconfined"
SETPRIV = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
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
    Need("ambient", (PROGRAMS, "/sets", "ambient"), ("NET_BIND_SERVICE", "SETGID", "SETUID")),
    Need("fixed-list", (PROGRAMS, "/sets", "list"), ("CHOWN", "SYS_CHROOT")),
    Need("chosen-from-what-it-had", (PROGRAMS, "/sets", "chosen")),
    Need("one-given-up", (PROGRAMS, "/sets", "less")),
    Need("becomes-nobody", (PROGRAMS, "/sets", "user"), ("SETGID", "SETUID")),
    Need("setpriv", (BASE, *SETPRIV, "--inh-caps=-all", "true"), ("SETGID", "SETUID")),
    Need("root-map-by-unshare", (PROGRAMS, "/rootmap", "unshare", "root"), ("SETFCAP",), (UNCONFINED,)),
    Need("root-map-by-clone", (PROGRAMS, "/rootmap", "clone", "root"), ("SETFCAP",), (UNCONFINED,)),
    Need("no-map", (PROGRAMS, "/rootmap", "unshare", "nobody"), (), (UNCONFINED,)),
    Need("map-of-a-user", ("--user=1000", PROGRAMS, "/rootmap", "clone", "self"), (), (UNCONFINED,)),
    Need("mknod", (PROGRAMS, "/asks", "10"), ("MKNOD", "SYS_ADMIN", "SYS_CHROOT"), ("--cap-add=SYS_ADMIN",)),
)
