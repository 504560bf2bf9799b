"""What the kernel is given from the disk is what we put there ourselves, or nothing."""

import os
from pathlib import Path

import pytest

from profilegen.files import cache
from profilegen.tracer.load import compiled

TEXT = "what was found out"
NOBODY = 65534


def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    place = tmp_path / "new" / "folder"
    assert cache.load(place, "a.kind.json") is None
    cache.store(place, "a.kind.json", TEXT)
    assert cache.load(place, "a.kind.json") == TEXT
    assert cache.load(place, "b.kind.json") is None


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_that_others_may_write_is_not_trusted(tmp_path: Path, mode: int) -> None:
    cache.store(tmp_path, "a.kind.json", TEXT)
    tmp_path.chmod(mode)
    assert cache.load(tmp_path, "a.kind.json") is None
    cache.store(tmp_path, "b.kind.json", TEXT)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_others_may_write_or_a_link_is_not_trusted(tmp_path: Path) -> None:
    cache.store(tmp_path, "a.kind.json", TEXT)
    (path,) = tmp_path.iterdir()
    path.with_name("b.kind.json").symlink_to(path)
    assert cache.load(tmp_path, "b.kind.json") is None
    path.chmod(0o666)
    assert cache.load(tmp_path, "a.kind.json") is None


@pytest.mark.kernel
def test_a_file_of_somebody_else_is_not_trusted(tmp_path: Path) -> None:
    cache.store(tmp_path, "a.kind.json", TEXT)
    (path,) = tmp_path.iterdir()
    os.chown(path, NOBODY, NOBODY)
    assert cache.load(tmp_path, "a.kind.json") is None


def test_where_nothing_can_be_written_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache.store(tmp_path / "file", "a.kind.json", TEXT)
    cache.store(tmp_path / "file" / "below", "a.kind.json", TEXT)
    assert (tmp_path / "file").read_text() == ""


def test_old_ones_of_the_same_kind_go(tmp_path: Path) -> None:
    cache.store(tmp_path, "old.other.json", TEXT)
    for number in range(9):
        cache.store(tmp_path, f"k{number}.kind.json", TEXT)
        for path in tmp_path.iterdir():
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 1))
    assert sorted(path.name.split(".")[0] for path in tmp_path.iterdir()) == ["k5", "k6", "k7", "k8", "old"]


def test_the_key_is_of_the_source_and_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    first = compiled.source_key()
    assert first == compiled.source_key()
    monkeypatch.setattr(compiled, "recorder_source", lambda _arch: "other")
    assert compiled.source_key() != first
