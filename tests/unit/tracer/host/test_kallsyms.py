"""Kernel functions by address: who asked for a capability."""

from __future__ import annotations

from pathlib import Path

import pytest

from profilegen.tracer.host.kallsyms import KernelSymbols

TEXT = """\
ffffffff81000000 T _stext
ffffffff81001000 T ns_capable
ffffffff81001100 t do_fchownat.isra.0
ffffffff81002000 T cap_capable
ffffffff81002200 T security_capable
ffffffff81003000 T chown_common
ffffffff81003100 T setattr_prepare
ffffffff81004000 T do_syscall_64
ffffffffc0000000 t xfs_setattr\t[xfs]
"""


@pytest.fixture
def symbols(tmp_path: Path) -> KernelSymbols:
    (tmp_path / "kallsyms").write_text(TEXT)
    return KernelSymbols(tmp_path / "kallsyms")


def test_who_asked_begins_behind_what_every_check_comes_through(symbols: KernelSymbols) -> None:
    stack = (
        0xFFFFFFFF81002010, 0xFFFFFFFF81002210, 0xFFFFFFFF81001010, 0xFFFFFFFF81003110, 0xFFFFFFFFC0000010,
        0xFFFFFFFF81003010, 0xFFFFFFFF81001110, 0xFFFFFFFF81004010, 0,
    )  # fmt: skip
    assert symbols.askers(stack) == ("setattr_prepare", "xfs_setattr", "chown_common", "do_fchownat")


def test_without_addresses_nothing_has_a_name(tmp_path: Path) -> None:
    (tmp_path / "kallsyms").write_text("0000000000000000 T ns_capable_noaudit\n0000000000000000 T x\n")
    hidden = KernelSymbols(tmp_path / "kallsyms")
    assert hidden.askers((0xFFFFFFFF81002010,)) == ()
    assert KernelSymbols(tmp_path / "none").askers((0xFFFFFFFF81002010,)) == ()


def test_a_function_is_there_by_its_whole_name_and_where_nobody_can_tell(
    symbols: KernelSymbols, tmp_path: Path
) -> None:
    assert symbols.has("chown_common")
    assert not symbols.has("chown")
    assert KernelSymbols(tmp_path / "absent").has("chown")
