"""Merge many recordings on all processors of one machine: pool.py FOLDER OUTPUT.

Each process merges a part of the files; the parts are merged like recordings, because they are some.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from profilegen.api import Recording, load, merge, save

PART = 500
"""Files that one process merges at a time."""


def merged(paths: Iterable[Path]) -> Recording:
    """The union of some files."""
    return merge(load(path) for path in paths)


def main(folder: str, output: str) -> None:
    """Map parts to recordings, reduce them to one."""
    paths = iter(sorted(Path(folder).glob("*.recording.json*")))
    parts = iter(lambda: list(islice(paths, PART)), [])
    with ProcessPoolExecutor() as pool:
        save(merge(pool.map(merged, parts)), output)


if __name__ == "__main__":
    main(*sys.argv[1:])
