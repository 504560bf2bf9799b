"""``profilegen init``."""

from __future__ import annotations

from pathlib import Path

from profilegen.cli.stderr import tell
from profilegen.errors import OutputError, ProjectFileError
from profilegen.text import printable


def init() -> None:
    """Write a project file, profilegen.toml, with what is found here.

    It looks for a compose file, a Dockerfile, recordings and profiles. A project file that exists is
    left alone, and then the exit code is 2. Every command works without one; with one -o, --profiles
    and the options of a subject have defaults, and decisions by hand outlive every emit.

      profilegen init
    """
    from profilegen.files.atomic import write_whole  # noqa: PLC0415 - --help must not pay for it
    from profilegen.project.locate import OWN, find  # noqa: PLC0415
    from profilegen.project.starter import look, written  # noqa: PLC0415

    existing = find()
    if existing is not None:
        name = printable(str(existing.path))
        raise ProjectFileError(f"{name} is there already", f"edit {name}")
    if Path(OWN).exists() or Path(OWN).is_symlink():
        raise ProjectFileError(f"{OWN} is there already, and is not a file", f"ls -l {OWN}")
    try:
        found = look(Path())
    except OSError as error:
        raise OutputError(f"the current folder cannot be read: {error.strerror}") from error
    write_whole(Path(OWN), written(found))
    named = f" from {', '.join(map(printable, found.sources))}" if found.sources else ""
    tell(f"profilegen: wrote {OWN}{named}: review and commit it")
    if found.profiles and found.recordings:
        tell("next: profilegen check")
    elif found.recordings:
        tell("next: profilegen emit")
    else:
        tell("next: profilegen record -- COMMAND    # which runs your tests")
