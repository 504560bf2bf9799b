"""The syscall tables beside the running kernel."""

import subprocess

import pytest

from profilegen.abi import Abi
from profilegen.tables.syscalls import table

pytestmark = [pytest.mark.kernel, pytest.mark.cell]

RENAMED = {
    "arm64_personality": "personality",
    "fadvise64_64": "fadvise64",
    "newstat": "stat",
    "newfstat": "fstat",
    "newlstat": "lstat",
    "newuname": "uname",
    "sendfile64": "sendfile",
    "umount": "umount2",
}
"""Tracepoints are named after the kernel's functions."""

LISTED = """
mount -t tracefs none /mnt
ls /mnt/events/syscalls
"""


def test_the_running_kernel_has_no_call_that_the_tables_lack() -> None:
    """A failure says that the tables are older than this kernel: scripts/remake-tables."""
    listed = subprocess.run(
        ["unshare", "--mount", "sh", "-ec", LISTED], capture_output=True, text=True, check=True
    )
    functions = {
        line.removeprefix("sys_enter_") for line in listed.stdout.split() if line.startswith("sys_enter_")
    }
    native = Abi.of_machine()
    known = frozenset().union(*(table(abi).names for abi in (native, *native.compats)))
    assert len(functions) > 250
    assert {RENAMED.get(name, name) for name in functions} - known == set()
