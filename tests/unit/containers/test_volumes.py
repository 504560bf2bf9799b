"""Which mounts hold data that outlives a container, and whether there was some before."""

import os
from pathlib import Path
from typing import Any

import pytest

from profilegen.containers.volumes import volumes_of

LATER, BEFORE = 2.0**40, 1.0


def mount(source: Path, kind: str = "bind", **changes: Any) -> dict[str, Any]:
    return {"Type": kind, "Source": str(source), "Destination": "/data", "RW": True, **changes}


def had_data(found: dict[str, Any], began: float) -> bool:
    (volume,) = volumes_of([found], began)
    assert volume.place == "/data"
    return volume.had_data


@pytest.mark.parametrize("began", [LATER, BEFORE])
def test_a_folder_of_the_host_has_what_is_older_than_the_recording(tmp_path: Path, began: float) -> None:
    assert not had_data(mount(tmp_path), began)
    (tmp_path / "file").write_text("")
    assert had_data(mount(tmp_path), began) is (began == LATER)


@pytest.mark.parametrize("began", [LATER, BEFORE])
def test_a_volume_has_data_if_it_is_older_than_the_recording(tmp_path: Path, began: float) -> None:
    """Docker fills a new one with what the image has there."""
    (tmp_path / "_data").mkdir()
    (tmp_path / "_data" / "file").write_text("")
    os.utime(tmp_path / "_data" / "file", (0, 0))
    assert had_data(mount(tmp_path / "_data", "volume"), began) is (began == LATER)


def test_what_holds_no_data_is_no_volume(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    others = [
        mount(tmp_path, RW=False),
        mount(file),
        mount(tmp_path / "absent"),
        mount(tmp_path, "tmpfs"),
        {},
    ]
    assert volumes_of(others, LATER) == ()


def test_a_volume_that_cannot_be_looked_at_counts_as_new(tmp_path: Path) -> None:
    assert not had_data(mount(tmp_path / "gone" / "_data", "volume"), LATER)
