"""AppArmor: profiles can be made without, and enforced only with it."""

from __future__ import annotations

import shutil
from pathlib import Path

from profilegen.doctor.check import Check, content
from profilegen.errors import ExitCode


def apparmor(enabled: Path = Path("/sys/module/apparmor/parameters/enabled")) -> Check:
    """AppArmor in the kernel: profiles can be made without, and enforced only with it."""
    ok = content(enabled).strip() == "Y"
    found = "enabled" if ok else "not enabled: its profiles can be made here, not enforced"
    return Check("AppArmor", ok, found, "boot with apparmor=1 security=apparmor", ExitCode.OK)


def apparmor_parser(path: str = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin") -> Check:
    """The compiler of AppArmor profiles."""
    found = shutil.which("apparmor_parser", path=path)
    return Check(
        "apparmor_parser", found is not None, found or "missing", "apt-get install apparmor", ExitCode.OK
    )
