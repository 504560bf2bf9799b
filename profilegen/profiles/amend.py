"""Committed profiles with the least that lets through what was seen: the rest of each file stays as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profilegen.formats.docker_run import capability_flags
from profilegen.seccomp.document import Argument, Entry
from profilegen.seccomp.filter import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.capabilities import Capability
    from profilegen.conditions import Alternatives
    from profilegen.seccomp.document import Document

_ADD = "--cap-add="


def with_calls(document: Document, calls: Iterable[tuple[str, Alternatives]]) -> Document:
    """The profile that allows these calls too.

    Args:
        document: the profile.
        calls: pairs of a name and alternative conditions; no conditions: always.
    """
    whole: list[str] = []
    entries: list[Entry] = []
    for name, alternatives in calls:
        if not alternatives:
            whole.append(name)
        for conditions in alternatives:
            arguments = tuple(map(Argument.of, conditions))
            entries.append(Entry(names=(name,), action=Action.ALLOW, args=arguments))
    kept = list(document.without(whole).syscalls)
    plain = next((at for at, one in enumerate(kept) if _takes_names(one)), None)
    if whole and plain is None:
        kept.insert(0, Entry(names=tuple(sorted(whole)), action=Action.ALLOW))
    elif whole and plain is not None:
        names = tuple(sorted({*kept[plain].names, *whole}))
        kept[plain] = kept[plain].model_copy(update={"names": names})
    return document.model_copy(update={"syscalls": (*_unanswered(kept, whole), *entries)})


def with_abis(document: Document, names: Iterable[str]) -> Document:
    """The profile that lists these architectures too, as ``SCMP_ARCH_X86``."""
    new = tuple(name for name in names if name not in document.architectures)
    return document.model_copy(update={"architectures": (*document.architectures, *new)}) if new else document


def with_capabilities(flags: str, capabilities: Iterable[Capability]) -> str:
    """The flags of ``docker run``, one a line, that add these capabilities too."""
    lines = flags.splitlines()
    added = {line for line in lines if line.startswith(_ADD)}
    new = sorted({*added, *(line for line in capability_flags(capabilities) if line.startswith(_ADD))})
    first = next((at for at, line in enumerate(lines) if line.startswith(_ADD)), None)
    others = [line for line in lines if line not in added]
    at = min(1, len(others)) if first is None else first
    return "".join(f"{line}\n" for line in (*others[:at], *new, *others[at:]))


def with_paths(apparmor: str, rules: Iterable[str]) -> str:
    """An AppArmor profile of ours that has these lines about files too, such as ``"/etc/x" r,``."""
    lines = apparmor.splitlines()
    files = [at for at, line in enumerate(lines) if re.match(r'\s+"', line)]
    at = files[-1] + 1 if files else max(len(lines) - 1, 0)
    new = [f"  {rule}  # seen, added by check --update" for rule in rules]
    return "".join(f"{line}\n" for line in (*lines[:at], *new, *lines[at:]))


def _takes_names(entry: Entry) -> bool:
    """Whether an entry allows its names always, whatever the container is."""
    limits = (entry.includes, entry.excludes)
    free = all(not (one.caps or one.arches or one.minKernel) for one in limits)
    return entry.action is Action.ALLOW and not entry.args and not entry.name and free


def _unanswered(entries: Iterable[Entry], names: Iterable[str]) -> list[Entry]:
    """The entries, those that answer these names without conditions less the names."""
    gone = set(names)
    left = (
        one
        if one.action is Action.ALLOW or not gone.intersection(one.names)
        else one.model_copy(update={"names": tuple(name for name in one.names if name not in gone)})
        for one in entries
    )
    return [one for one in left if one.calls]
