"""What ``record`` was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from profilegen.command.invoker import Invoker
    from profilegen.command.run import Interruptions
    from profilegen.containers.selection import Selection
    from profilegen.recording import Recording


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """What ``profilegen record`` was asked for."""

    directory: Path
    selection: Selection
    command: tuple[str, ...] = ()
    timeout: float | None = None
    """Seconds."""
    append: bool = False
    until_stopped: bool = False
    """Go on after the command until the containers have stopped."""
    invoker: Invoker | None = None
    """The user that the command runs as and that files belong to (default: who runs this)."""
    subject: str = ""
    """The name that ``--subject`` gives to all that is recorded."""
    summarise: Callable[[Sequence[Recording]], Sequence[str]] = lambda _: ()
    """Makes the lines that tests are told at their end."""
    beside: Callable[[Path | None, Interruptions], None] | None = None
    """Called once the tracer is attached, with the socket for tests if there is one; ends the recording."""
