"""One line of ``profilegen doctor``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profilegen.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True)
class Check:
    """What was looked at, and what was found."""

    name: str
    ok: bool
    found: str
    hint: str = ""
    """What to type if it is not ok."""
    failure: ExitCode = ExitCode.CANNOT_TRACE
    """Exit code if it is not ok; OK marks a note, which recording does not need."""

    @property
    def needed(self) -> bool:
        """Whether recording depends on it."""
        return self.failure is not ExitCode.OK


def exit_code(checks: Iterable[Check]) -> ExitCode:
    """CANNOT_TRACE before NO_CONTAINER before OK."""
    return min((check.failure for check in checks if not check.ok and check.needed), default=ExitCode.OK)


def content(path: Path) -> str:
    """The text of a file, empty if it cannot be read: a check then finds nothing."""
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
