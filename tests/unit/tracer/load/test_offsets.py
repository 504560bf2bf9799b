"""Macros of the C files, as members of the running kernel's structs."""

from typing import cast

import pytest

from profilegen.errors import CannotTraceError, NoBtfError
from profilegen.tracer.bpf.btf import Btf
from profilegen.tracer.load.offsets import offset_flags

MEMBERS = {
    ("seccomp", "filter_count"): 4,
    ("seccomp_filter", "notif"): 40,
    ("cgroup_root", "hierarchy_id"): 16,
}


class Kernel:
    """Stands for the BTF of a kernel that has these members."""

    def __init__(self, members: dict[tuple[str, str], int]) -> None:
        self._members = members

    def offset(self, struct: str, member: str) -> int:
        if (struct, member) not in self._members:
            raise NoBtfError(f"this kernel's struct {struct} has no member {member}")
        return self._members[struct, member]


def flags(source: str, members: dict[tuple[str, str], int] = MEMBERS) -> list[str]:
    return offset_flags(source, cast("Btf", Kernel(members)))


def test_a_macro_is_of_the_struct_that_has_the_member() -> None:
    assert flags("OFF_seccomp_filter_count + OFF_seccomp_filter_notif, OFF_cgroup_root_hierarchy_id") == [
        "-DOFF_cgroup_root_hierarchy_id=16",
        "-DOFF_seccomp_filter_count=4",
        "-DOFF_seccomp_filter_notif=40",
    ]


@pytest.mark.parametrize(
    ("members", "seconds", "nanoseconds"),
    [
        ({"i_ctime": 104}, 104, 112),
        ({"__i_ctime": 104}, 104, 112),
        ({"i_ctime_sec": 88, "i_ctime_nsec": 100}, 88, 100),
    ],
    ids=["5.10", "6.6", "6.12"],
)
def test_what_older_kernels_call_differently_is_found(
    members: dict[str, int], seconds: int, nanoseconds: int
) -> None:
    inode = {("inode", name): offset for name, offset in members.items()}
    assert flags("OFF_inode_i_ctime_sec OFF_inode_i_ctime_nsec", inode) == [
        f"-DOFF_inode_i_ctime_nsec={nanoseconds}",
        f"-DOFF_inode_i_ctime_sec={seconds}",
    ]


def test_a_member_that_the_kernel_lacks_is_named() -> None:
    with pytest.raises(NoBtfError, match="struct seccomp has no member mode"):
        flags("OFF_seccomp_mode")


def test_a_member_that_the_source_can_do_without_is_left_out() -> None:
    assert flags("#ifdef OFF_io_cqe_res OFF_user_namespace_parent_could_setfcap") == []


def test_a_macro_of_no_known_struct_is_refused() -> None:
    with pytest.raises(CannotTraceError, match="unknown: nobody_knows"):
        flags("OFF_nobody_knows")
