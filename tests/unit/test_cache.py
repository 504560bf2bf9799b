"""What the kernel is given from the disk is what we put there ourselves, or nothing."""

import os
from pathlib import Path

import pytest

from profilegen.tracer import cache
from profilegen.tracer.bpf.objectcode import ObjectCode

CODE = ObjectCode((), {"on_x": b"12345678"}, {})
NOBODY = 65534


def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    place = tmp_path / "new" / "folder"
    assert cache.kept(place, "a") is None
    cache.keep(place, "a", CODE)
    assert cache.kept(place, "a") == CODE
    assert cache.kept(place, "b") is None


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    cache.keep(tmp_path, "a", CODE)
    (path,) = tmp_path.iterdir()
    path.write_text(path.read_text()[:-5])
    assert cache.kept(tmp_path, "a") is None


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_that_others_may_write_is_not_trusted(tmp_path: Path, mode: int) -> None:
    cache.keep(tmp_path, "a", CODE)
    tmp_path.chmod(mode)
    assert cache.kept(tmp_path, "a") is None
    cache.keep(tmp_path, "b", CODE)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_others_may_write_or_a_link_is_not_trusted(tmp_path: Path) -> None:
    cache.keep(tmp_path, "a", CODE)
    (path,) = tmp_path.iterdir()
    path.with_name(path.name.replace("a.", "b.", 1)).symlink_to(path)
    assert cache.kept(tmp_path, "b") is None
    path.chmod(0o666)
    assert cache.kept(tmp_path, "a") is None


@pytest.mark.kernel
def test_a_file_of_somebody_else_is_not_trusted(tmp_path: Path) -> None:
    cache.keep(tmp_path, "a", CODE)
    (path,) = tmp_path.iterdir()
    os.chown(path, NOBODY, NOBODY)
    assert cache.kept(tmp_path, "a") is None


def test_where_nothing_can_be_written_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache.keep(tmp_path / "file", "a", CODE)
    cache.keep(tmp_path / "file" / "below", "a", CODE)
    assert (tmp_path / "file").read_text() == ""


def test_old_ones_go(tmp_path: Path) -> None:
    for number in range(9):
        cache.keep(tmp_path, f"k{number}", CODE)
        for path in tmp_path.iterdir():
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 1))
    assert sorted(path.name.split(".")[0] for path in tmp_path.iterdir()) == ["k5", "k6", "k7", "k8"]


def test_the_key_is_of_the_source_and_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    first = cache.key()
    assert first == cache.key()
    monkeypatch.setattr(cache, "recorder_source", lambda _arch: "other")
    assert cache.key() != first
