"""Executed files, and paths with what was done to them."""

from __future__ import annotations

from typing import Annotated

from profilegen.capabilities import Capability
from profilegen.files.untrusted import Many
from profilegen.recording.evidence.base import Seen, joined_by, union
from profilegen.vocabulary import Access


class ExecutedFile(Seen):
    """A file that an execve started; ``interpreted`` names the script that it interprets."""

    path: str
    interpreted: str | None = None
    examined: Annotated[bool, joined_by(any)] = False
    """Its file capabilities could be read, each time that the file had changed."""
    file_capabilities: Annotated[Many[Capability], joined_by(union)] = ()
    """The permitted set of its attribute ``security.capability``."""
    file_effective: Annotated[bool, joined_by(any)] = False
    """They are effective at once: execve fails without one in the bounding set (capabilities(7))."""
    given: Annotated[Many[Capability], joined_by(union)] = ()
    """Those that the kernel gave a user who is not root for it, effective at once."""
    set_user: Annotated[bool, joined_by(any)] = False
    set_group: Annotated[bool, joined_by(any)] = False


class PathAccess(Seen):
    """A file by its real path inside the container: symlinks resolved, bind mounts right."""

    path: str
    access: Annotated[Many[Access], joined_by(union)]
