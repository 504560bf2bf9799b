"""What writing profiles into a folder would change."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING, NamedTuple

from profilegen.profiles.evidence import content
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from profilegen.profiles.folder import Texts


class Difference(NamedTuple):
    """One file, and how it would change."""

    path: Path
    lines: tuple[str, ...]
    """A unified diff, safe to print; empty: the file has the same bytes already."""


def differences(folder: Path, texts: Texts) -> Iterator[Difference]:
    """The difference that writing these files would make, one for each, sorted by path.

    Args:
        folder: the folder of profiles.
        texts: the text of each file by subject and file name.
    """
    for (subject, file), text in sorted(texts.items()):
        path = folder / subject / file
        before = content(path)
        if before == text:
            yield Difference(path, ())
            continue
        name = str(path)
        lines = unified_diff(
            (before or "").splitlines(),
            text.splitlines(),
            "/dev/null" if before is None else name,
            name,
            lineterm="",
        )
        shown = tuple(map(printable, lines))
        yield Difference(path, shown or (f"{printable(name)} ends without a newline",))
