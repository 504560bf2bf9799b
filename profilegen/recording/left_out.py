"""What came into a container from outside with more than it has, and says nothing about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.text import listed, printable

if TYPE_CHECKING:
    from profilegen.recording.model import Recording

_NAMED = 6
_LONGEST = 100  # characters of a name


def left_out(recording: Recording) -> tuple[str, ...]:
    """One sentence that is safe to print, naming the programs; none is the usual case."""
    programs = {program for container in recording.containers for program in container.left_out}
    if not programs:
        return ()
    names = [printable(name, _LONGEST) for name in sorted(programs - {""})] or ["a program"]
    text = "which came from outside with more capabilities than the container has (docker exec --privileged)"
    return (f"left out: {listed(names, _NAMED)}, {text}",)
