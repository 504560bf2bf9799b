"""Profiles into a folder that may have those of an earlier ``emit``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.profiles import earlier, evidence, folder, ours

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from profilegen.profiles.make import Made


def write(place: Path, made: Made) -> Iterator[str]:
    """Write the files, replacing only those of the same name.

    Yields:
        A sentence for each thing that the user should know about what was there before: flags and calls
        that are gone, files that are not renewed, files that profilegen had not written so, which are kept
        beside the new ones, evidence of ``minimize`` that was set aside.

    Raises:
        OutputError: a folder or file cannot be written; files before it may have been.
    """
    texts = made.files
    outdated = evidence.outdated(place, texts)
    notes = (
        *earlier.taken_away(place, texts),
        *earlier.not_renewed(place, texts),
        *earlier.renamed(place, made.recordings, {subject for subject, _ in texts}),
    )
    kept = tuple(map(ours.keep, tuple(ours.edited(place, texts))))
    paths = folder.write(place, texts)
    if not made.reasons:
        for subject in sorted({path.parent for path in paths}):
            ours.renew(subject, {path.name: () for path in paths if path.parent == subject})
    yield from (*notes, *kept)
    for path in outdated:
        yield evidence.set_aside(path)
