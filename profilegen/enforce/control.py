"""Profiles for a control run: the container starts, and its program is killed before it does anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.conditions import Operator
from profilegen.seccomp.document import Argument, Document, Entry
from profilegen.seccomp.filter import Action
from profilegen.tables.engines.runtime_baseline import calls

if TYPE_CHECKING:
    from profilegen.profiles.committed import Profiles

_ENDING = frozenset({"exit", "exit_group"})
_STREAMS = 2
"""Standard error; what a runtime writes on its way goes to descriptors above."""


def control(profiles: Profiles) -> Profiles:
    """Profiles without capabilities, and with a filter that no program can pass.

    Only what OCI runtimes call between filter and execve is allowed, so that ``docker run -d`` still
    succeeds: a test that asks no more is found out. Everything else kills the process, where an errno
    could make it wait for ever (Linux 4.14 and later; an older one starts nothing). Ending is among it,
    and writing to standard output: no status 0 and no word comes out.
    """
    seccomp = Document(
        defaultAction=Action.KILL_PROCESS,
        syscalls=(
            Entry(
                names=tuple(sorted({row.name for row in calls()} - _ENDING - {"write"})), action=Action.ALLOW
            ),
            Entry(
                names=("write",),
                action=Action.ALLOW,
                args=(Argument(index=0, value=_STREAMS, op=Operator.GREATER),),
            ),
        ),
    )
    dropped = profiles.without([capability.value for capability in profiles.capabilities])
    return replace(dropped, seccomp=seccomp)
