"""What came of a recording session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from profilegen.errors import ProfilegenError
    from profilegen.recording import Recording


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was saved where, and what to report about it."""

    files: dict[Path, Recording]
    status: int | None
    """The command's, 128 + n by signal; None without a command."""
    problem: ProfilegenError | None = None
    """Something that was asked for and is not there."""
