"""Where the project file is: ``profilegen.toml``, or ``pyproject.toml`` with ``[tool.profilegen]``.

Free of pydantic: ``record`` asks for its folder before it is attached.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profilegen.errors import ProjectFileError
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OWN = "profilegen.toml"
PYPROJECT = "pyproject.toml"
SIZE_LIMIT = 1024 * 1024
"""Bytes."""


@dataclass(frozen=True)
class ProjectText:
    """A project file as it was found.

    Attributes:
        path: relative to the current folder where that has no ``..``; else absolute.
        text: the whole file.
        table: what is in it about profilegen.
        prefix: keys above that table: ``tool.profilegen.``, or nothing.
    """

    path: Path
    text: str
    table: Mapping[str, Any]
    prefix: str

    def folder_of(self, key: str) -> Path:
        """The folder that ``recordings`` or ``profiles`` says; the key itself if it is not there.

        Raises:
            ProjectFileError: the value is no text.
        """
        value = self.table.get(key, key)
        if not isinstance(value, str) or not value or "\0" in value:
            name = printable(str(self.path))
            raise ProjectFileError(f"{name}: {self.prefix}{key} is not the name of a folder")
        return self.path.parent / value


def folder_of(key: str) -> Path:
    """The folder of the ``recordings`` or ``profiles`` of the current project; without a file the key itself.

    Raises:
        ProjectFileError: the project file cannot be read, is not TOML, or names no folder.
    """
    found = find()
    return Path(key) if found is None else found.folder_of(key)


def find(start: Path | None = None) -> ProjectText | None:
    """The project file of the current folder, or of the nearest one above it in the same git repository.

    Args:
        start: where to begin (default: the current folder).

    Raises:
        ProjectFileError: the file cannot be read, or is not TOML.
    """
    for folder in _folders(start or Path()):
        for name in (OWN, PYPROJECT):
            path = folder / name
            if not path.is_file():
                continue
            text, document = _read(path)
            table = document if name == OWN else _tool(document)
            if table is not None:
                return ProjectText(path, text, table, "" if name == OWN else "tool.profilegen.")
    return None


def _folders(start: Path) -> Iterator[Path]:
    """The folder, then those above it up to the root of its git repository; without one it alone."""
    here = start.resolve()
    chain = [here, *here.parents]
    root = next((at for at, folder in enumerate(chain) if (folder / ".git").exists()), 0)
    for steps, folder in enumerate(chain[: root + 1]):
        yield start if steps == 0 else folder


def _read(path: Path) -> tuple[str, Mapping[str, Any]]:
    import tomllib  # noqa: PLC0415 - most projects have no such file

    name = printable(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
        if len(content) > SIZE_LIMIT:
            raise ProjectFileError(f"{name} is larger than {SIZE_LIMIT // 1024**2} MiB")
        text = content.decode()
        return text, tomllib.loads(text)
    except OSError as error:
        raise ProjectFileError(f"{name} cannot be read: {error.strerror}", f"ls -l {name}") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ProjectFileError(f"{name}, line {line}: it is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ProjectFileError(f"{name} is not TOML: {printable(str(error), 200)}") from error
    except RecursionError as error:
        raise ProjectFileError(f"{name} is nested too deep") from error


def _tool(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    tools = document.get("tool")
    table = tools.get("profilegen") if isinstance(tools, dict) else None
    return table if isinstance(table, dict) else None
