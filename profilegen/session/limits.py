"""Bounds on one recording, whatever its containers bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profilegen.vocabulary import Lost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.recording import Recording

# As much as the kernel side keeps of all that run at one time. Calls and capabilities are bounded by
# themselves, paths and programs by the tracer's collector.
_LIMITS = {
    "arguments": (16384, Lost.ARGUMENTS),
    "refused": (16384, Lost.REFUSED),
    "low_ports": (4096, Lost.PORTS),
}
_UNKNOWN = 4096


def within_limits(recording: Recording) -> tuple[Recording, Mapping[Lost, int]]:
    """The recording without what is too much, and how much that was; it is in canonical form."""
    lost: dict[Lost, int] = {}
    update: dict[str, Any] = {}
    for name, (limit, what) in _LIMITS.items():
        items = getattr(recording, name)
        if len(items) > limit:
            update[name] = items[:limit]
            lost[what] = len(items) - limit
    unknown = recording.completeness.unknown_syscalls
    if len(unknown) > _UNKNOWN:
        kept = {"unknown_syscalls": unknown[:_UNKNOWN]}
        update["completeness"] = recording.completeness.model_copy(update=kept)
        lost[Lost.UNKNOWN_SYSCALLS] = len(unknown) - _UNKNOWN
    return (recording.model_copy(update=update) if update else recording), lost
