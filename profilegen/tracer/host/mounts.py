"""Where the cgroup v2 hierarchy is mounted: alone at /sys/fs/cgroup, or beside v1 (hybrid)."""

from __future__ import annotations

from pathlib import Path

from profilegen.errors import NoCgroup2Error

MOUNTINFO = Path("/proc/self/mountinfo")


def cgroup2_mount(mountinfo: Path = MOUNTINFO) -> Path:
    """The first mount of type cgroup2 (proc(5): type follows the separator ``-``).

    Raises:
        NoCgroup2Error: there is none.
    """
    for line in mountinfo.read_text(errors="replace").splitlines():
        fields = line.split()
        if "-" in fields and fields[fields.index("-") + 1] == "cgroup2":
            return Path(fields[4].encode().decode("unicode_escape"))  # spaces are \040
    raise NoCgroup2Error("no cgroup v2 hierarchy is mounted")
