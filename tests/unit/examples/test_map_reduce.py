"""The examples of map and reduce give the bytes that profilegen merge gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from profilegen.cli.merge import merge
from profilegen.recording import save
from tests.support.recordings import recording

EXAMPLES = Path(__file__).parents[3] / "examples" / "map-reduce"


@pytest.mark.parametrize("script", ["pool.py", "with_dask.py"])
def test_it_gives_the_bytes_of_merge(script: str, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    seen.mkdir()
    for number, name in enumerate(["read", "write", "sync"]):
        one = recording("close", name, run_ids=(f"{number:032x}",))
        save(one, seen / f"web-{number}.recording.json{'.gz' if number else ''}")
    subprocess.run([sys.executable, EXAMPLES / script, seen, tmp_path / "a.recording.json"], check=True)
    merge([seen], str(tmp_path / "b.recording.json"))
    assert (tmp_path / "a.recording.json").read_bytes() == (tmp_path / "b.recording.json").read_bytes()
