"""Merge many recordings with dask, on one machine or a cluster: with_dask.py FOLDER OUTPUT.

For an object store, make the bag of keys and let ``fetched`` download: dask runs it where there is room.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import dask.bag

from profilegen.api import Recording, load, merge, save


def fetched(path: Path) -> Recording:
    """One recording, from wherever it lies."""
    return load(path)


def union(recordings: Iterable[Recording]) -> Recording:
    """The reduction: of a part, and of the parts; in any order."""
    return merge(recordings)


def main(folder: str, output: str) -> None:
    """A bag of names, each fetched, then reduced as a tree."""
    paths = sorted(Path(folder).glob("*.recording.json*"))
    bag = dask.bag.from_sequence(paths, partition_size=500).map(fetched)
    save(bag.reduction(union, union).compute(scheduler="processes"), output)


if __name__ == "__main__":
    main(*sys.argv[1:])
