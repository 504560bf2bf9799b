"""Where the functions that ask without audit are: read once a boot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from profilegen.tracer.host.unaudited import UNAUDITED, unaudited_ranges
from profilegen.tracer.layout import UNAUDITED_FUNCTIONS

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
ffffffff81001000 T ns_capable
ffffffff81001080 T ns_capable_noaudit
ffffffff81001100 t do_fchownat.isra.0
"""
RANGES = [(0xFFFFFFFF81001080, 0x80)]


@pytest.fixture
def kallsyms(tmp_path: Path) -> Path:
    path = tmp_path / "kallsyms"
    path.write_text(TEXT)
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_they_are_found_with_their_length(kallsyms: Path, place: Path) -> None:
    assert unaudited_ranges(place, kallsyms) == RANGES
    assert len(UNAUDITED) == UNAUDITED_FUNCTIONS


def test_the_second_start_does_not_read_the_kernel_s_symbols(kallsyms: Path, place: Path) -> None:
    unaudited_ranges(place, kallsyms)
    kallsyms.unlink()
    assert unaudited_ranges(place, kallsyms) == RANGES


@pytest.mark.parametrize("damaged", ["", "{", "7", "[[1]]", "[]"])
def test_what_was_damaged_is_read_again(kallsyms: Path, place: Path, damaged: str) -> None:
    unaudited_ranges(place, kallsyms)
    (kept,) = place.iterdir()
    kept.write_text(damaged)
    assert unaudited_ranges(place, kallsyms) == RANGES


def test_hidden_addresses_are_not_kept(kallsyms: Path, place: Path) -> None:
    kallsyms.write_text("0000000000000000 T ns_capable_noaudit\n0000000000000000 T x\n")
    assert unaudited_ranges(place, kallsyms) == []
    kallsyms.write_text(TEXT)
    assert unaudited_ranges(place, kallsyms) == RANGES


def test_without_the_file_there_are_none(place: Path, kallsyms: Path) -> None:
    kallsyms.unlink()
    assert unaudited_ranges(place, kallsyms) == []
