"""Where the data files are; no other module knows.

A checkout keeps ``syscall_tables/`` and ``templates/`` at its top, a wheel keeps them in
``profilegen/_data/`` (pyproject.toml, force-include).
"""

from __future__ import annotations

from pathlib import Path

from profilegen.errors import DataFileError

_PACKAGE = Path(__file__).resolve().parents[1]


def _folder(name: str) -> Path:
    for top in (_PACKAGE / "_data", _PACKAGE.parent):
        if (top / name).is_dir():
            return top / name
    raise DataFileError(f"the folder {name}, a part of profilegen, is missing")


def read_table(name: str) -> str:
    """The text of a file of ``syscall_tables/``, by its path there.

    Raises:
        DataFileError: it is missing or cannot be read.
    """
    path = _folder("syscall_tables") / name
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"the data file {path} cannot be read: {error}") from error


def template_dir() -> Path:
    """The folder of the Jinja2 templates.

    Raises:
        DataFileError: it is missing.
    """
    return _folder("templates")
