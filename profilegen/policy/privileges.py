"""Whether the container may run with no_new_privileges."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profilegen.recording import Recording


def no_new_privileges(recording: Recording) -> bool:
    """True only if every container ran so: setuid programs and file capabilities then did nothing."""
    return bool(recording.containers) and all(one.no_new_privileges for one in recording.containers)
