"""A file is written whole or not at all, and only where it was asked for."""

from __future__ import annotations

import os
import resource
from typing import TYPE_CHECKING

import pytest

from profilegen.errors import ExitCode, OutputError
from profilegen.files.atomic import prepare_folder, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_whole(path, "a long first text\n")
    write_whole(path, "ä\n")
    assert path.read_bytes() == "ä\n".encode()
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_symbolic_link_in_its_place_is_replaced_and_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.json").symlink_to(victim)
    write_whole(folder / "a.json", "new")
    assert victim.read_text() == "untouched"
    assert not (folder / "a.json").is_symlink()
    assert (folder / "a.json").read_text() == "new"


def test_a_hard_link_keeps_its_content(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    os.link(victim, tmp_path / "a.json")
    write_whole(tmp_path / "a.json", "new")
    assert victim.read_text() == "untouched"


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_whole(path, "old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(OutputError, match="cannot be written") as caught:
            write_whole(path, "x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.exit_code is ExitCode.USAGE
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    for path in (
        tmp_path / "folder",
        tmp_path / "missing" / "a",
        tmp_path / "file" / "a",
        tmp_path / "nul\0",
        tmp_path / "..",
        tmp_path / ("x" * 300),
    ):
        with pytest.raises(OutputError, match="cannot be written"):
            write_whole(path, "text")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert list((tmp_path / "folder").iterdir()) == []


def test_the_owner_is_the_one_asked_for(tmp_path: Path) -> None:
    """As root any owner, otherwise only oneself: either way the call is made and its refusal seen."""
    path = tmp_path / "a.json"
    if os.geteuid() == 0:
        write_whole(path, "text", owner=(12345, 23456))
        assert (path.stat().st_uid, path.stat().st_gid) == (12345, 23456)
    else:
        with pytest.raises(OutputError):
            write_whole(path, "text", owner=(0, 0))
        assert list(tmp_path.iterdir()) == []


@pytest.mark.kernel
def test_every_folder_that_had_to_be_made_belongs_to_the_owner(tmp_path: Path) -> None:
    """As root, as `record` runs; a folder that was there keeps its owner."""
    prepare_folder(tmp_path / "a" / "b", (12345, 23456))
    for folder in (tmp_path / "a", tmp_path / "a" / "b"):
        assert (folder.stat().st_uid, folder.stat().st_gid) == (12345, 23456)
    assert tmp_path.stat().st_uid == os.geteuid()
    assert list((tmp_path / "a" / "b").iterdir()) == []
