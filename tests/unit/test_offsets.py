"""Macros of the C files, as members of the running kernel's structs."""

from typing import cast

import pytest

from profilegen.errors import CannotTraceError, NoBtfError
from profilegen.tracer.bpf.btf import Btf
from profilegen.tracer.offsets import offset_flags

MEMBERS = {
    ("seccomp", "filter_count"): 4,
    ("seccomp_filter", "notif"): 40,
    ("cgroup_root", "hierarchy_id"): 16,
}


class Kernel:
    """Stands for the BTF of a kernel that has the members above."""

    def offset(self, struct: str, member: str) -> int:
        if (struct, member) not in MEMBERS:
            raise NoBtfError(f"this kernel's struct {struct} has no member {member}")
        return MEMBERS[struct, member]


def flags(source: str) -> list[str]:
    return offset_flags(source, cast("Btf", Kernel()))


def test_a_macro_is_of_the_struct_that_has_the_member() -> None:
    assert flags("OFF_seccomp_filter_count + OFF_seccomp_filter_notif, OFF_cgroup_root_hierarchy_id") == [
        "-DOFF_cgroup_root_hierarchy_id=16",
        "-DOFF_seccomp_filter_count=4",
        "-DOFF_seccomp_filter_notif=40",
    ]


def test_a_member_that_the_kernel_lacks_is_named() -> None:
    with pytest.raises(NoBtfError, match="struct seccomp has no member mode"):
        flags("OFF_seccomp_mode")


def test_a_macro_of_no_known_struct_is_refused() -> None:
    with pytest.raises(CannotTraceError, match="unknown: nobody_knows"):
        flags("OFF_nobody_knows")
