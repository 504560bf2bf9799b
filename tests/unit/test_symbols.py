"""Kernel functions by address: who asked for a capability."""

from __future__ import annotations

from pathlib import Path

import pytest

from profilegen.tracer.layout import UNAUDITED_FUNCTIONS
from profilegen.tracer.symbols import UNAUDITED, KernelSymbols

TEXT = """\
ffffffff81000000 T _stext
ffffffff81001000 T ns_capable
ffffffff81001080 T ns_capable_noaudit
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


def test_the_functions_that_ask_without_audit_are_found_with_their_length(symbols: KernelSymbols) -> None:
    assert symbols.ranges() == [(0xFFFFFFFF81001080, 0x80)]
    assert len(UNAUDITED) == UNAUDITED_FUNCTIONS


def test_who_asked_begins_behind_what_every_check_comes_through(symbols: KernelSymbols) -> None:
    stack = (
        0xFFFFFFFF81002010, 0xFFFFFFFF81002210, 0xFFFFFFFF81001010, 0xFFFFFFFF81003110, 0xFFFFFFFFC0000010,
        0xFFFFFFFF81003010, 0xFFFFFFFF81001110, 0xFFFFFFFF81004010, 0,
    )  # fmt: skip
    assert symbols.askers(stack) == ("setattr_prepare", "xfs_setattr", "chown_common", "do_fchownat")


def test_without_addresses_nothing_has_a_name(tmp_path: Path) -> None:
    (tmp_path / "kallsyms").write_text("0000000000000000 T ns_capable_noaudit\n0000000000000000 T x\n")
    hidden = KernelSymbols(tmp_path / "kallsyms")
    assert hidden.ranges() == []
    assert hidden.askers((0xFFFFFFFF81002010,)) == ()
    assert KernelSymbols(tmp_path / "none").ranges() == []
