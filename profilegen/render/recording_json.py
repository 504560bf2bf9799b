"""A recording as ``show --json`` prints it: the facts, with the words that a reader would look up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profilegen.policy.capability_need import capability_class
from profilegen.recording.gaps import gaps
from profilegen.recording.unseen import unseen
from profilegen.render.words import answer_name, seen_once
from profilegen.tables.sockets import family_name, type_name

if TYPE_CHECKING:
    from profilegen.recording import Recording
    from profilegen.recording.model import Seen

VERSION = 1


def document(recording: Recording) -> dict[str, Any]:
    """JSON-ready: ``version`` of this form, then the recording without run ids.

    Every item has ``seen_once``; a capability its ``class`` by name and whether it ``counts`` for
    ``--cap-add``, a refused call its ``errno_name`` and a socket the names of its numbers.
    """

    def row(item: Seen, **words: Any) -> dict[str, Any]:
        return (
            item.model_dump(mode="json", exclude={"runs"}) | words | {"seen_once": seen_once(item, recording)}
        )

    return {
        "version": VERSION,
        "subject": recording.subject,
        "runs": len(recording.run_ids),
        "hosts": [host.model_dump(mode="json") for host in recording.hosts],
        "containers": [container.model_dump(mode="json") for container in recording.containers],
        "gaps": list(gaps(recording)),
        "not_seen": [one._asdict() for one in unseen(recording)],
        "unknown_syscalls": [row(call) for call in recording.completeness.unknown_syscalls],
        "syscalls": [row(call) for call in recording.syscalls],
        "refused": [row(call, errno_name=answer_name(call)) for call in recording.refused],
        "arguments": [row(call) for call in recording.arguments],
        "sockets": sockets(recording),
        "capabilities": [
            row(check, **{"class": kind.name.lower(), "counts": kind.counts})
            for check in recording.capabilities
            for kind in (capability_class(check, recording.paths),)
        ],
        "executed": [row(file) for file in recording.executed],
        "paths": [row(access) for access in recording.paths],
        "low_ports": [row(port) for port in recording.low_ports],
    }


def sockets(recording: Recording) -> list[dict[str, Any]]:
    """Address families and types that ``socket`` was called with, by number and name."""
    pairs = {
        (values[0], values[1])
        for call in recording.arguments
        if call.name == "socket" and {0, 1} <= (values := dict(call.values)).keys()
    }
    return [
        {
            "family": family,
            "type": kind,
            "family_name": family_name(family),
            "type_name": type_name(kind),
        }
        for family, kind in sorted(pairs)
    ]
