"""What user space enters into the maps as the tracer attaches: traits of calls, subjects, threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.capabilities import Capability
from profilegen.tables.capabilities.asked_in_turn import turns
from profilegen.tables.syscalls import table
from profilegen.tracer.host.running import ALL_CAPABILITIES, RunningCgroup, runtime_filters, tasks_of
from profilegen.tracer.layout import NUMBERS, SLOTS, UNAUDITED_FUNCTIONS, Trait
from profilegen.tracer.maps.sensitive import sensitive_calls
from profilegen.tracer.observation import Abis, ProgramSeen
from profilegen.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from profilegen.tracer.bpf.maps import Map
    from profilegen.tracer.maps.executed import ExecutedPrograms

_TRAITS = {
    Trait.OPENS: ("open", "openat", "openat2", "creat"),
    Trait.MAPS: ("mmap", "mmap2"),
    Trait.SETPCAP: ("prctl",),
    Trait.SETPCAP | Trait.CAPSET: ("capset",),
    Trait.CAPGET: ("capget",),
    Trait.AWAITED: ("clone", "personality", "socket"),
    Trait.SUPERVISES: ("ioctl",),
    Trait.TRACES: ("ptrace",),
    Trait.BINDS: ("bind",),
    Trait.BINDS | Trait.SOCKETCALL: ("socketcall",),
    Trait.REGISTERS: ("io_uring_register",),
}


_ASKED_OFTEN = Capability.CAP_SYS_ADMIN
"""Memory overcommit asks for it at every mmap. What the kernel may ask for next is less powerful: whoever was
granted that keeps it, whatever was refused before."""


def enter_traits(maps: Mapping[str, Map], abis: Abis) -> None:
    """Say which calls are looked at every time, and which arguments of them."""
    found: dict[int, int] = {}
    for abi, first in ((abis.native, 0), (abis.compat, NUMBERS)):
        for trait, names in _TRAITS.items():
            for name in names:
                number = table(abi).number(name)
                if number is not None:
                    found[first + number] = found.get(first + number, 0) | trait
    for place, (call, sensitive) in enumerate(sensitive_calls(abis).items()):
        found[call] = found.get(call, 0) | Trait.ARGUMENTS
        value = maps["argument_masks"].Value()
        value.index = place
        for index, mask in sensitive:
            value.mask[index] = mask
        maps["argument_masks"].put(call, value)
    for call, traits in found.items():
        maps["traits"].put(call, traits)


def enter_unaudited(maps: Mapping[str, Map], ranges: Sequence[tuple[int, int]]) -> None:
    """Say where the kernel functions are that ask without audit: start and length."""
    value = maps["unaudited_code"].Value()
    for at, (start, length) in enumerate(ranges[:UNAUDITED_FUNCTIONS]):
        value.start[at], value.bytes[at] = start, length
    maps["unaudited_code"].put(0, value)


def enter_turns(maps: Mapping[str, Map]) -> None:
    """Say which capabilities the kernel may ask for in turn, one of which is enough."""
    told = [turn for turn in turns() if turn.first is not _ASKED_OFTEN]
    for capability in Capability:
        value = maps["turns"].Value()
        before = {turn.first for turn in told if turn.next is capability}
        value.before = sum(1 << one.number for one in before)
        value.first = int(any(turn.first is capability for turn in told))
        maps["turns"].put(capability.number, value)


def enter_late(maps: Mapping[str, Map], index: int, cgroup: RunningCgroup) -> int:
    """A container that runs already. Returns the number of filters that the runtime itself runs under."""
    base = runtime_filters(cgroup.folders)
    first = next(tasks_of(cgroup.folders), None)
    unconfined = int(first is not None and not (first.confined and first.filters > base))
    enter_subject(
        maps,
        index,
        cgroup,
        late=1,
        started=1,
        inherited_filters=base,
        unconfined=unconfined,
        user_ns=first.user_ns if first is not None else 0,
        mount_ns=first.mount_ns if first is not None else 0,
        bounding_set=first.bounding_set if first is not None else ALL_CAPABILITIES,
    )
    return base


def enter_subject(maps: Mapping[str, Map], index: int, cgroup: RunningCgroup, **fields: int) -> None:
    """A subject by its cgroups; only before anything is attached, the kernel side writes them afterwards."""
    subject = maps["subjects"].Value()
    subject.cgroup, subject.path = cgroup.ids[0], cgroup.path.encode("utf-8", "surrogateescape")[-255:]
    for name, value in fields.items():
        setattr(subject, name, value)
    maps["subjects"].put(index, subject)
    for cgroup_id in cgroup.ids:
        maps["subject_by_cgroup"].put(cgroup_id, index)
        slot = maps["slots"].get(cgroup_id % SLOTS)
        if slot.cgroup:
            slot.others += 1
        else:
            slot.cgroup, slot.subject = cgroup_id, index
        maps["slots"].put(cgroup_id % SLOTS, slot)
    all_seen = maps["seen_by_all"].get(0)
    all_seen.subjects = index + 1
    maps["seen_by_all"].put(0, all_seen)
    maps["subject_count"].put(0, index + 1)


def enter_tasks(
    maps: Mapping[str, Map], index: int, cgroup: RunningCgroup, base: int, programs: ExecutedPrograms
) -> None:
    """The threads of a container that runs already, and their programs; after forks are followed."""
    for task in tasks_of(cgroup.folders):
        state = maps["tasks"].Value()
        state.subject, state.phase, state.inherited_filters = index, Phase.APP.number, base
        state.filters = task.filters
        state.unconfined = int(not (task.confined and task.filters > base))
        if task.program is not None:
            state.program = programs.enter(index, ProgramSeen(task.program, None))
        maps["tasks"].put(task.thread, state)
