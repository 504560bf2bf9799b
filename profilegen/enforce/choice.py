"""Which subject's profiles are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.errors import ProfilesUnreadableError, UsageError
from profilegen.profiles.committed import ARGUMENTS
from profilegen.text import printable

if TYPE_CHECKING:
    from pathlib import Path


def subject_folder(profiles: Path, subject: str | None = None) -> Path:
    """The folder of one subject.

    Args:
        profiles: what ``emit`` has written, or one subject's folder in it.
        subject: whose; needed if there are several.

    Raises:
        ProfilesUnreadableError: there are no profiles at all.
        UsageError: none of this subject, or of several and none was chosen.
    """
    shown = printable(str(profiles))
    if not profiles.is_dir():
        what = "is not a folder" if profiles.exists() else "does not exist"
        raise ProfilesUnreadableError(f"{shown} {what}", f"profilegen emit RECORDING... -o {shown}")
    if (profiles / ARGUMENTS).exists():
        folders = {profiles.resolve().name: profiles.resolve()}
    else:
        folders = {path.parent.name: path.parent for path in sorted(profiles.glob(f"*/{ARGUMENTS}"))}
    if not folders:
        raise ProfilesUnreadableError(
            f"{shown} has no profiles: no {ARGUMENTS} in it or in a folder of it",
            f"profilegen emit RECORDING... -o {shown}",
        )
    there, first = ", ".join(map(printable, folders)), printable(next(iter(folders)))
    if subject is None and len(folders) > 1:
        raise UsageError(
            f"minimize works on one subject at a time; {shown} has profiles of {there}",
            f"--subject {first}",
        )
    name = subject or next(iter(folders))
    if name not in folders:
        raise UsageError(
            f"{shown} has no profiles of {printable(name)}; it has those of {there}", f"--subject {first}"
        )
    return folders[name]
