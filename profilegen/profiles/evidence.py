"""Evidence of ``minimize`` in a folder whose profiles ``emit`` replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.errors import OutputError
from profilegen.formats import docker_run as docker_args
from profilegen.text import printable

if TYPE_CHECKING:
    from pathlib import Path

    from profilegen.profiles.folder import Texts

EVIDENCE = "minimized.json"
ASIDE = f"{EVIDENCE}.orig"


def is_seccomp(file: str) -> bool:
    """True for ``seccomp.json`` and ``seccomp.ARCH.json``."""
    return file.startswith("seccomp.") and file.endswith(".json")


def outdated(folder: Path, texts: Texts) -> tuple[Path, ...]:
    """The evidence that is no longer true once these files are written: about flags or calls that change."""
    changed = {
        subject
        for (subject, file), text in texts.items()
        if (file == docker_args.FILE or is_seccomp(file)) and content(folder / subject / file) != text
    }
    return tuple(path for one in sorted(changed) if (path := folder / one / EVIDENCE).exists())


def set_aside(path: Path) -> str:
    """Give outdated evidence a name that nobody takes for evidence; say so in a sentence.

    Raises:
        OutputError: it cannot be renamed.
    """
    try:
        path.rename(path.with_name(ASIDE))
    except OSError as error:
        raise OutputError(f"{printable(str(path))} cannot be renamed: {error.strerror}") from error
    return printable(f"{path} is about the profiles that were replaced: kept as {ASIDE}")


def content(path: Path) -> str | None:
    """The text of a file; None if it cannot be read."""
    try:
        return path.read_text()
    except (OSError, ValueError):
        return None
