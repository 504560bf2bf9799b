"""Containers, and exactly the capabilities that their profiles must keep: the same on every kernel."""

import platform
from dataclasses import dataclass

from profilegen.versions import Version, numbers
from tests.support.containers import BASE, PROGRAMS

UNCONFINED = "--security-opt=seccomp=unconfined"
EVERYTHING = ("--cap-add=ALL", "--cap-drop=SYS_RESOURCE")
"""But for what a container of CI does not have itself, and so cannot give."""
FEW = ("--cap-drop=ALL", "--cap-add=CHOWN", "--cap-add=SYS_CHROOT")
SETPRIV = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
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
    Need("setcap-and-execve-as-root", (PROGRAMS, "/changed", "set"), ("NET_RAW", "SETFCAP")),
    Need("setcap-and-execve", (PROGRAMS, "/changed", "set", "65534"), ("NET_RAW", "SETFCAP", "SETUID")),
    Need(
        "replaced-and-execve", (PROGRAMS, "/changed", "replaced", "65534"), ("NET_RAW", "SETFCAP", "SETUID")
    ),
    Need("setcap-not-effective", (PROGRAMS, "/changed", "unused", "65534"), ("SETFCAP", "SETUID")),
    Need("setcap-and-written-to", (PROGRAMS, "/changed", "taken", "65534"), ("SETFCAP", "SETUID")),
    Need("ambient", (PROGRAMS, "/sets", "ambient"), ("NET_BIND_SERVICE", "SETGID", "SETUID")),
    Need("fixed-list", (PROGRAMS, "/sets", "list"), ("CHOWN", "SYS_CHROOT")),
    Need("fixed-list-of-all-it-has", (PROGRAMS, "/sets", "list"), ("CHOWN", "SYS_CHROOT"), FEW),
    Need("one-given-up-of-few", (PROGRAMS, "/sets", "less"), (), (*FEW, "--cap-add=MKNOD")),
    Need("chosen-from-what-it-had", (PROGRAMS, "/sets", "chosen")),
    Need("one-given-up", (PROGRAMS, "/sets", "less")),
    Need("becomes-nobody", (PROGRAMS, "/sets", "user"), ("SETGID", "SETUID")),
    Need("setpriv", (BASE, *SETPRIV, "--inh-caps=-all", "true"), ("SETGID", "SETUID")),
    Need("root-map-by-unshare", (PROGRAMS, "/rootmap", "unshare", "root"), ("SETFCAP",), (UNCONFINED,)),
    Need("root-map-by-clone", (PROGRAMS, "/rootmap", "clone", "root"), ("SETFCAP",), (UNCONFINED,)),
    Need("no-map", (PROGRAMS, "/rootmap", "unshare", "nobody"), (), (UNCONFINED,)),
    Need("map-of-a-user", ("--user=1000", PROGRAMS, "/rootmap", "clone", "self"), (), (UNCONFINED,)),
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
    Need("access", (PROGRAMS, "/looks", "access"), ("CHOWN", "DAC_OVERRIDE")),
    Need(
        "access-after-seteuid",
        (PROGRAMS, "/looks", "access-after-seteuid"),
        ("CHOWN", "DAC_OVERRIDE", "SETUID"),
    ),
    Need("access-of-overlayfs", (PROGRAMS, "/looks", "access-as-owner"), ("CHOWN", "SETUID")),
    Need(
        "access-of-overlayfs-with-all",
        (PROGRAMS, "/looks", "access-as-owner"),
        ("CHOWN", "SETUID"),
        EVERYTHING,
    ),
    Need("execute-of-another", (PROGRAMS, "/looks", "execute"), ("CHOWN", "DAC_OVERRIDE")),
    Need("filter-without-no-new-privs", (PROGRAMS, "/looks", "filter"), ("SYS_ADMIN",), EVERYTHING),
    Need("addresses-of-the-kernel", (PROGRAMS, "/looks", "addresses"), ("SYSLOG",), EVERYTHING),
    Need("modules", (PROGRAMS, "/looks", "modules"), (), EVERYTHING),
    Need("somaxconn", (PROGRAMS, "/looks", "read", "/proc/sys/net/core/somaxconn"), (), EVERYTHING),
    Need("attributes", (PROGRAMS, "/looks", "attributes"), (), EVERYTHING),
    Need("memory", (PROGRAMS, "/looks", "memory"), (), EVERYTHING),
    Need("process-of-another", (PROGRAMS, "/looks", "process"), ("SETUID",), EVERYTHING),
    Need("bind-above-1023", (PROGRAMS, "/binds", "tcp", "8080")),
    Need("ring-leaderless", (PROGRAMS, "/ring", "leaderless"), OTHERS_FILE, since=RINGS),
    Need("ring-opens-its-own", (PROGRAMS, "/ring", "open", "/ring"), since=RINGS),
    Need("ring-personality", (PROGRAMS, "/ring", "personality"), OTHERS_FILE, since=RINGS),
    Need("ring-unlink", (PROGRAMS, "/ring", "unlink"), OTHERS_FILE, since=RINGS),
)


def kernel() -> Version:
    """The numbers of the running kernel's release."""
    return numbers(platform.release())
