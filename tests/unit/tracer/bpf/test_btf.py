import struct
from pathlib import Path

import pytest

from profilegen.errors import NoBtfError
from profilegen.tracer.bpf.btf import Btf
from profilegen.tracer.load.offsets import offset_flags


def btf_file(path: Path) -> Path:
    """int; struct inner {int a; int b}; struct outer {int x; anonymous struct {int a; int b}; typedef y}."""
    strings = b"\0int\0inner\0outer\0a\0b\0x\0y\0alias\0"

    def name(text: bytes) -> int:
        return strings.index(b"\0" + text + b"\0") + 1

    def kind(number: int, members: int = 0) -> int:
        return number << 24 | members

    types = struct.pack("<III I", name(b"int"), kind(1), 4, 0)
    types += struct.pack("<III", name(b"inner"), kind(4, 2), 8)
    types += struct.pack("<III III", name(b"a"), 1, 0, name(b"b"), 1, 32)
    types += struct.pack("<III", 0, kind(4, 1), 4) + struct.pack("<III", name(b"b"), 1, 0)
    types += struct.pack("<III", name(b"alias"), kind(8), 3)
    types += struct.pack("<III", name(b"outer"), kind(4, 3), 16)
    types += struct.pack("<III III III", name(b"x"), 1, 0, 0, 4, 32, name(b"y"), 2, 64)
    header = struct.pack("<HBBIIIII", 0xEB9F, 1, 0, 24, 0, len(types), len(types), len(strings))
    path.write_bytes(header + types + strings)
    return path


def test_members_of_anonymous_structs_count_from_the_outer_one(tmp_path: Path) -> None:
    btf = Btf(btf_file(tmp_path / "btf"))
    assert (btf.offset("outer", "x"), btf.offset("outer", "b"), btf.offset("outer", "y")) == (0, 4, 8)
    assert btf.offset("inner", "b") == 4


def test_what_the_kernel_lacks_is_named(tmp_path: Path) -> None:
    btf = Btf(btf_file(tmp_path / "btf"))
    with pytest.raises(NoBtfError, match="no struct task_struct"):
        btf.offset("task_struct", "pid")
    with pytest.raises(NoBtfError, match="outer has no member z"):
        btf.offset("outer", "z")


def test_a_member_that_not_every_kernel_has_leaves_its_macro_undefined(tmp_path: Path) -> None:
    btf = Btf(btf_file(tmp_path / "btf"))
    assert offset_flags("OFF_io_cqe_res OFF_io_kiocb_cqe", btf) == []
    with pytest.raises(NoBtfError):
        offset_flags("OFF_socket_sk", btf)


def test_a_missing_file_says_what_would_help(tmp_path: Path) -> None:
    with pytest.raises(NoBtfError) as caught:
        Btf(tmp_path / "absent")
    assert "CONFIG_DEBUG_INFO_BTF" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"\0" * 40, b"\x9f\xeb\x01\x00" + b"\xff" * 20])
def test_what_is_no_btf_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "btf"
    path.write_bytes(content)
    with pytest.raises(NoBtfError):
        Btf(path)


def test_a_member_that_older_kernels_lack_has_no_offset_there(tmp_path: Path) -> None:
    source = "OFF_user_namespace_parent_could_setfcap"
    assert offset_flags(source, Btf(btf_file(tmp_path / "btf"))) == []
