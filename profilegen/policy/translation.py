"""A recording as the same program would have made it on another architecture.

Every later step then works with the target's tables. What the target's libc calls instead is data of
:mod:`profilegen.tables`: ``equivalents``, ``argument_translation``, ``errnos``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from profilegen.policy.model import Reason, Why
from profilegen.recording import Phase, Syscall, SyscallArguments, of_natives
from profilegen.recording.merge import with_items
from profilegen.tables.abi_groups import groups
from profilegen.tables.argument_translation import translated_values
from profilegen.tables.equivalents import EVERY_PROGRAM, equivalents, why_nothing
from profilegen.tables.errnos import errno_on
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from profilegen.abi import Abi
    from profilegen.recording import Recording, RefusedSyscall

_WIDE = "64"
"""The group of ABIs whose programs become the target's native ones."""


class Translation(NamedTuple):
    """What came of a recording on the target."""

    recording: Recording
    sources: tuple[Abi, ...]
    """Native ABIs of the machines that it was recorded on."""
    same: frozenset[str]
    """Calls that were recorded by the same name."""
    reasons: Mapping[str, tuple[Reason, ...]]
    """Of the calls that stand for others."""
    notes: tuple[str, ...]


def translated(recording: Recording, target: Abi) -> Translation:
    """The recording on another native ABI; its 32-bit calls on that one's own 32-bit ABI, if it has one.

    Both are in canonical form.
    """
    sources = tuple(sorted({host.arch.native for host in recording.hosts}))
    recording = of_natives(recording, sources)
    abis = {abi: abi_on(target, abi) for abi in sorted({call.abi for call in recording.syscalls})}
    same: set[str] = set()
    reasons: dict[str, set[Reason]] = defaultdict(set)
    calls: list[Syscall] = []
    lost: list[str] = []
    for call in recording.syscalls:
        there = abis[call.abi]
        found = equivalents(call.name, call.abi, there)
        if not found:
            lost.append(_lost(call, there))
        for name, line in found.items():
            calls.append(call.model_copy(update={"abi": there, "name": name}))
            if line is None:
                same.add(name)
            else:
                text = f"for {call.name} of {_called(call.abi)}{_by(call)}: {line.reason} ({line.evidence})"
                reasons[name].add(Reason(why=Why.TRANSLATED, text=text))
    for abi, there in abis.items():
        for name, line in equivalents(EVERY_PROGRAM, abi, there).items():
            calls.append(Syscall(abi=there, name=name, phases=(Phase.APP,)))
            if line is not None:
                text = f"for any program: {line.reason} ({line.evidence})"
                reasons[name].add(Reason(why=Why.TRANSLATED, text=text))
    arguments, unsure = _arguments(recording, target)
    refused, unrepeated = _refused(recording.refused, target)
    checks = (check.model_copy(update={"abi": abi_on(target, check.abi)}) for check in recording.capabilities)
    return Translation(
        recording=with_items(
            recording, syscalls=calls, arguments=arguments, refused=refused, capabilities=checks
        ),
        sources=sources,
        same=frozenset(same),
        reasons={name: tuple(sorted(some, key=lambda one: one.text)) for name, some in reasons.items()},
        notes=tuple(dict.fromkeys((*_abis(abis), *lost, *unsure, *unrepeated))),
    )


def abi_on(target: Abi, abi: Abi) -> Abi:
    """What programs of an ABI are on a native target: of its 32-bit ABI if they are, and it has one."""
    if _WIDE in groups(abi):
        return target
    narrow = (one for one in (target, *target.compats) if _WIDE not in groups(one))
    return next(narrow, target)


def _called(abi: Abi) -> str:
    return abi.docker if abi is abi.native else abi.value


def _by(call: Syscall) -> str:
    return f" (by {call.programs[0]})" if call.programs else ""


def _abis(abis: Mapping[Abi, Abi]) -> Iterator[str]:
    for abi, there in abis.items():
        if abi is not abi.native:
            lacks = "" if there is not there.native else ", which has no 32-bit programs"
            yield f"calls of {abi} are taken for calls of {_called(there)}{lacks}"


def _lost(call: Syscall, there: Abi) -> str:
    why = why_nothing(call.name, call.abi, there) or "nothing is known to stand for it"
    return f"{call.name} is left out, {_called(there)} has no such call: {why}"


def _arguments(recording: Recording, target: Abi) -> tuple[tuple[SyscallArguments, ...], tuple[str, ...]]:
    """Recorded arguments on the target, and an item without any where there may have been others.

    Such an item tells the later steps that nobody knows with what the call is made there.
    """
    items = defaultdict(list)
    for item in recording.arguments:
        items[item.abi, item.name].append(item)
    made = {(call.abi, call.name) for call in recording.syscalls}
    found: dict[tuple[Abi, str], list[SyscallArguments]] = defaultdict(list)
    unsure: dict[Abi, set[str]] = defaultdict(set)
    for abi, name in sorted({*made, *items}):
        there = abi_on(target, abi)
        for equivalent in equivalents(name, abi, there):
            some = items[abi, name] or [SyscallArguments(abi=abi, name=name, values=())]
            for item in some:
                values = translated_values(name, item.values, equivalent, abi, there)
                if values is None and item.values:
                    unsure[there].add(name)
                update = {"abi": there, "name": equivalent, "values": values or ()}
                found[there, equivalent].append(item.model_copy(update=update))
    kept = (some for some in found.values() if any(item.values or item.anything for item in some))
    notes = (
        f"the recorded arguments of {' '.join(sorted(names))} make no conditions: {_called(there)} may have "
        "other numbers for them"
        for there, names in unsure.items()
    )
    return tuple(item for some in kept for item in some), tuple(notes)


def _refused(
    refused: Iterable[RefusedSyscall], target: Abi
) -> tuple[tuple[RefusedSyscall, ...], tuple[str, ...]]:
    found, notes = [], []
    for item in refused:
        there = abi_on(target, item.abi)
        for name in equivalents(item.name, item.abi, there):
            values = translated_values(item.name, item.values, name, item.abi, there) if item.values else ()
            if values is None:
                what = f"{item.name} was refused for some arguments: {_called(there)} may have other numbers"
                notes.append(f"{what} for them, so the profile does not repeat it")
                continue
            errno = None if item.errno is None else errno_on(there, item.errno)
            update = {"abi": there, "name": name, "values": values, "errno": errno}
            found.append(item.model_copy(update=update))
    return tuple(found), tuple(printable(note) for note in notes)


def seen_on(recording: Recording, arch: Abi) -> Recording:
    """The part of a recording that was made on a native architecture, or what would have been seen there."""
    if arch in {host.arch.native for host in recording.hosts}:
        return of_natives(recording, {arch})
    return translated(recording, arch).recording
