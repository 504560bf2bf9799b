"""Members that older kernels call differently are found where they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from profilegen.errors import NoBtfError
from profilegen.tracer.offsets import offset_flags

if TYPE_CHECKING:
    from profilegen.tracer.bpf.btf import Btf

SOURCE = "OFF_inode_i_ctime_sec OFF_inode_i_ctime_nsec"


class Kernel:
    """The members of ``struct inode`` that a kernel has."""

    def __init__(self, **members: int) -> None:
        self._members = members

    def offset(self, _struct: str, member: str) -> int:
        if member not in self._members:
            raise NoBtfError(member)
        return self._members[member]


@pytest.mark.parametrize(
    ("kernel", "seconds", "nanoseconds"),
    [
        (Kernel(i_ctime=104), 104, 112),
        (Kernel(__i_ctime=104), 104, 112),
        (Kernel(i_ctime_sec=88, i_ctime_nsec=100), 88, 100),
    ],
    ids=["5.10", "6.6", "6.12"],
)
def test_the_change_time_of_a_file(kernel: Kernel, seconds: int, nanoseconds: int) -> None:
    assert offset_flags(SOURCE, cast("Btf", kernel)) == [
        f"-DOFF_inode_i_ctime_nsec={nanoseconds}",
        f"-DOFF_inode_i_ctime_sec={seconds}",
    ]


def test_a_member_that_no_kernel_calls_otherwise_is_missing() -> None:
    with pytest.raises(NoBtfError, match="i_mode"):
        offset_flags("OFF_inode_i_mode", cast("Btf", Kernel()))
