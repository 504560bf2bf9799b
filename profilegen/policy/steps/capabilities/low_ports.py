"""Step: ports below 1024 that were bound where that is free, and that need NET_BIND_SERVICE elsewhere.

Engines set ``net.ipv4.ip_unprivileged_port_start`` to 0 in the networks that they make, or leave it at the
kernel's 1024.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.capabilities import Capability
from profilegen.policy.capability_rules import keep
from profilegen.policy.model import CapabilityRule, Reason, Severity, Why
from profilegen.policy.options import LowPorts
from profilegen.tables.engines.low_ports import HOST, first_ports
from profilegen.text import listed, printable
from profilegen.versions import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.policy.draft import Draft
    from profilegen.recording import Container, LowPort

_NAMED = 8
"""Ports that a sentence names."""

_CALLED = {HOST: "--network host", "cri-o": "CRI-O", "docker": "Docker", "podman": "Podman"}


def low_ports(draft: Draft) -> Draft:
    """Keep NET_BIND_SERVICE for them if the user wants it, or if their engine does not free such ports.

    What the kernel has asked for is kept already: then there is nothing to add, and nothing to say.
    """
    seen = draft.recording.low_ports
    if not seen or Capability.CAP_NET_BIND_SERVICE in draft.kept:
        return draft
    wanted = draft.options.low_ports
    kept = wanted is LowPorts.YES or (wanted is LowPorts.AUTO and not _is_free(draft.recording.containers))
    if kept:
        reasons = tuple(Reason(why=Why.OBSERVED, text=_reason(item)) for item in seen)
        draft = keep(draft, [CapabilityRule(capability=Capability.CAP_NET_BIND_SERVICE, reasons=reasons)])
    ports = tuple(sorted({item.port for item in seen}))
    done = (
        "it is kept (--low-ports no leaves it out)" if kept else "it is left out (--low-ports yes keeps it)"
    )
    return replace(draft, low_ports=ports).note(Severity.NOTE, f"{needed_for(ports)}; {done}")


def needed_for(ports: Iterable[int]) -> str:
    """The sentence that says where the ports need the capability."""
    words = [str(port) for port in ports]
    where = listed(words, _NAMED)
    free = f"port {where} is free to bind where it was recorded; binding it"
    if len(words) > 1:
        free = f"ports {where} are free to bind where they were recorded; binding them"
    *most, last = _where_needed()
    return f"{free} needs NET_BIND_SERVICE with {', '.join(most)} or {last}"


def _reason(item: LowPort) -> str:
    who = printable(item.programs[0], 200) if item.programs else "a program"
    return f"{who} binds port {item.port}, which was free where it was recorded"


def _is_free(containers: Iterable[Container]) -> bool:
    """Whether every container's engine frees all ports; one of an unknown version does not."""
    starts = [_start(one.engine, one.engine_version) for one in containers]
    return bool(starts) and max(starts) == 0


def _start(engine: str, version: str) -> int:
    known = [row for row in first_ports() if row.engine == (engine or HOST)]
    reached = [row.start for row in known if numbers(row.since) <= numbers(version)]
    return reached[-1] if reached else _start(HOST, "")


def _where_needed() -> Iterator[str]:
    """The host's network first, then the engines that ask for it, and those that did."""
    rows = {row.engine: row for row in first_ports()}
    for engine in sorted(rows, key=lambda one: (one != HOST, one)):
        name = _CALLED.get(engine, engine)
        yield f"{name} before {rows[engine].since}" if rows[engine].start == 0 else name
