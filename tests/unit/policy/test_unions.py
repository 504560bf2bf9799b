"""A union is what a large recording costs most: one a recording, one of several, one an architecture at most.

Those of several recordings are small but for the last: their items are merged as they are read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from profilegen.abi import Abi
from profilegen.cli.emit import emit
from profilegen.policy.translation import translated
from profilegen.recording import Recording, load, normalise, save
from profilegen.recording import merge as merging
from tests.support.recordings import arguments, check, recording, refusal


def three_of(folder: Path) -> list[Path]:
    """Recordings of one subject that have something to translate and to unite."""
    paths = []
    for number, name in enumerate(("open", "read", "socket")):
        one = recording(
            name,
            run_ids=(f"{number:032x}",),
            arguments=(arguments("socket", 2, 1),),
            refused=(refusal("chown", 1),),
            capabilities=(check(),),
        )
        paths.append(folder / f"{number}.recording.json")
        save(one, paths[-1])
    return paths


@pytest.fixture
def unions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many recordings each union has taken."""
    counted: list[int] = []
    unite = merging._united

    def counting(models: tuple[Any, ...]) -> Any:
        if isinstance(models[0], Recording):
            counted.append(len(models))
        return unite(models)

    monkeypatch.setattr(merging, "_united", counting)
    return counted


@pytest.mark.parametrize("subject", [None, "other"])
@pytest.mark.parametrize("arch", [[], ["arm64"], ["amd64", "arm64", "s390x"]])
@pytest.mark.parametrize("many", [1, 2, 3])
def test_one_a_recording_and_one_an_architecture(
    tmp_path: Path, unions: list[int], many: int, arch: list[str], subject: str | None
) -> None:
    paths = three_of(tmp_path)[:many]
    unions.clear()  # saving takes one too
    emit(paths, tmp_path / "out", arch=arch, subject=subject)
    assert many <= len(unions) <= many + max(1, len(arch)) + (many > 1)


def test_what_is_translated_is_canonical(tmp_path: Path) -> None:
    for path in three_of(tmp_path):
        for target in (Abi.ARM64, Abi.S390X):
            there = translated(load(path), target).recording
            assert there == normalise(there)
