"""Joins what the kernel saw with what the engine said: observation in, recording out. No I/O."""

from __future__ import annotations

import stat
from collections import defaultdict
from typing import TYPE_CHECKING

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.recording import (
    IO_URING,
    Attribution,
    CapabilityCheck,
    Completeness,
    Container,
    ExecutedFile,
    Host,
    Lost,
    LostCount,
    LowPort,
    PathAccess,
    Phase,
    Recording,
    RefusedSyscall,
    RingUnseen,
    SeccompMode,
    SeccompProfile,
    Syscall,
    SyscallArguments,
    UnknownSyscall,
)
from profilegen.session.run_facts import Run, end_of, exec_seen, had_one_cpu, health_check_of, start_of
from profilegen.tables.arguments import masks
from profilegen.tables.capabilities.asked_in_turn import instead_of
from profilegen.tables.capabilities.borrowed_credentials import borrowed
from profilegen.tables.syscalls import table
from profilegen.tracer.layout import CheckFlags, UnknownSeen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from profilegen.containers.model import EngineContainer
    from profilegen.tracer.observation import Arguments, Call, CapabilitySeen, SubjectObservation

Runs = tuple[str, ...]
_VOLUMES_KEPT = 16
_FUNCTIONS_KEPT = 4
"""Of the stack of the kernel that asked for a capability."""


def assemble(
    subject: str,
    seen: SubjectObservation,
    container: EngineContainer | None,
    host: Host,
    run_id: str,
    run: Run | None = None,
    attribution: Attribution | None = None,
) -> Recording:
    """The recording of one container, None: of processes outside; merging is the caller's."""
    runs = (run_id,)
    return Recording(
        subject=subject,
        run_ids=runs,
        hosts=(host,),
        containers=() if container is None else (_container(seen, container, run or Run()),),
        syscalls=tuple(_syscalls(seen, runs)),
        arguments=tuple(_arguments(seen, runs)),
        refused=tuple(_refused(seen, runs)),
        capabilities=tuple(_capabilities(seen, host.kernel, runs)),
        executed=tuple(_executed(seen, runs)),
        paths=tuple(_paths(seen, runs)),
        low_ports=tuple(_low_ports(seen, runs)),
        completeness=Completeness(unknown_syscalls=tuple(_unknown(seen, runs)), rings=tuple(_rings(seen))),
        attribution=attribution or Attribution(),
    )


def with_lost(recording: Recording, lost: Mapping[Lost, int]) -> Recording:
    """What the tracer dropped may have been anybody's, so that every recording of the run says it."""
    counts = tuple(LostCount(what=what, count=count) for what, count in sorted(lost.items()) if count)
    completeness = recording.completeness.model_copy(update={"lost": counts})
    return recording.model_copy(update={"completeness": completeness})


def with_unattributed(recording: Recording, count: int) -> Recording:
    """How often it was not kept which test ran may concern each recording in which tests are named."""
    if not count or not recording.attribution.names:
        return recording
    attribution = recording.attribution.model_copy(update={"not_kept": count})
    return recording.model_copy(update={"attribution": attribution})


def _container(seen: SubjectObservation, container: EngineContainer, run: Run) -> Container:
    return Container(
        id=container.id,
        name=container.name,
        image=container.image,
        image_id=container.image_id,
        repo_digest=container.repo_digest,
        command=container.command,
        user=container.user,
        engine=container.engine,
        engine_version=container.engine_version,
        runtime=container.runtime,
        runtime_version=container.runtime_version,
        daemon_label=container.daemon_label,
        privileged=container.privileged,
        no_new_privileges=container.no_new_privileges if seen.late else seen.no_new_privileges,
        seccomp=SeccompMode.UNCONFINED if seen.unconfined else SeccompMode.FILTER,
        seccomp_profile=SeccompProfile(container.seccomp_profile),
        bounding_set=() if seen.late else Capability.of_mask(seen.bounding_set),
        ambient_set=Capability.of_mask(seen.ambient_set),
        late=seen.late,
        start=start_of(seen, container, run),
        end=end_of(seen, container),
        health_check=health_check_of(container),
        exec_seen=exec_seen(container),
        volumes=tuple(volume.place for volume in container.volumes[:_VOLUMES_KEPT]),
        data=run.data,
        one_cpu=had_one_cpu(seen, container),
        left_out=_left_out(seen),
    )


def _left_out(seen: SubjectObservation) -> tuple[str, ...]:
    if seen.left_out is None:
        return ()
    return seen.left_out or ("",)


def _name(call: Call) -> str | None:
    return table(call.abi).name(call.number)


def _programs(programs: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({program for program in programs if program}))


def _syscalls(seen: SubjectObservation, runs: Runs) -> Iterable[Syscall]:
    for call, phases in seen.calls.items():
        name = _name(call)
        if name is not None:
            yield Syscall(
                abi=call.abi,
                name=name,
                phases=tuple(sorted(phases)),
                programs=_programs(phases.values()),
                runs=runs,
            )
    for call, what in seen.unknown.items():  # by their numbers only: 983042 of arm has a name all the same
        name = _name(call)
        if name is not None and what & UnknownSeen.ENTERED:
            yield Syscall(abi=call.abi, name=name, phases=(Phase.APP,), runs=runs)


def _unknown(seen: SubjectObservation, runs: Runs) -> Iterable[UnknownSyscall]:
    for call in seen.calls:
        if _name(call) is None:
            yield UnknownSyscall(
                abi=call.abi, number=call.number, executed=call not in seen.enosys, runs=runs
            )
    for call, what in seen.unknown.items():
        if _name(call) is not None:
            continue
        # A negative number is not a call; its exit is not looked at, because a signal's return has one too.
        executed = call.number >= 0 and bool(what & UnknownSeen.ENTERED) and not what & UnknownSeen.ENOSYS
        yield UnknownSyscall(abi=call.abi, number=call.number, executed=executed, runs=runs)
    for refusal in seen.refused:
        if _name(refusal.call) is None:
            yield UnknownSyscall(abi=refusal.call.abi, number=refusal.call.number, executed=False, runs=runs)


def _values(call: Call, name: str, values: Arguments) -> tuple[tuple[int, int], ...]:
    return tuple((index, values[index]) for index, _mask in masks(call.abi).get(name, ()))


def _arguments(seen: SubjectObservation, runs: Runs) -> Iterable[SyscallArguments]:
    """What the runtime and the program called with the same arguments is one item."""
    phases: dict[tuple[Call, Arguments], set[Phase]] = defaultdict(set)
    for item in seen.arguments:
        phases[item.call, item.values].add(item.phase)
    for (call, values), of in phases.items():
        name = _name(call)
        if name is not None:
            yield SyscallArguments(
                abi=call.abi,
                name=name,
                values=_values(call, name, values),
                phases=tuple(sorted(of)),
                runs=runs,
            )
    for call in seen.anything:
        name = _name(call)
        if name is not None:
            yield SyscallArguments(abi=call.abi, name=name, values=(), anything=True, runs=runs)


def _refused(seen: SubjectObservation, runs: Runs) -> Iterable[RefusedSyscall]:
    for item in seen.refused:
        name = _name(item.call)
        if name is not None:
            yield RefusedSyscall(
                abi=item.call.abi,
                name=name,
                errno=item.errno,
                values=() if item.errno is None or item.anything else _values(item.call, name, item.values),
                programs=_programs([item.program]),
                anything=item.anything,
                runs=runs,
            )


def _instead(item: CapabilitySeen, capability: Capability, kernel: str) -> tuple[Capability, ...]:
    if CheckFlags.GRANTED not in item.flags:
        return ()
    before = None if item.before is None else Capability.of_number(item.before)
    return instead_of(capability, before, item.askers, kernel)


def _capabilities(seen: SubjectObservation, kernel: str, runs: Runs) -> Iterable[CapabilityCheck]:
    for item in seen.capabilities:
        capability = Capability.of_number(item.number)
        if capability is None:
            continue  # newer than the table: the kernel would have to be newer than profilegen
        audited = CheckFlags.UNAUDITED not in item.flags
        copied = CheckFlags.COPIED_CREDENTIALS in item.flags and not borrowed(item.askers)
        askers = item.askers[:_FUNCTIONS_KEPT]
        yield CapabilityCheck(
            capability=capability,
            use=item.use,
            granted=CheckFlags.GRANTED in item.flags,
            own_credentials=CheckFlags.OWN_CREDENTIALS in item.flags,
            copied_credentials=copied,
            own_user_namespace=CheckFlags.OWN_NAMESPACE in item.flags,
            task_user_namespace=CheckFlags.TASK_NAMESPACE in item.flags,
            audited=audited,
            asked_by="" if audited or not askers else askers[0],
            by_root=None if audited else CheckFlags.ROOT in item.flags,
            instead=_instead(item, capability, kernel),
            phase=Phase.APP if CheckFlags.APP in item.flags else Phase.RUNTIME,
            abi=item.call.abi,
            syscalls=_programs([IO_URING if item.ring else _name(item.call)]),
            programs=_programs([item.program]),
            askers=(" ".join(askers),) if askers else (),
            runs=runs,
        )


def _executed(seen: SubjectObservation, runs: Runs) -> Iterable[ExecutedFile]:
    for program in seen.programs:
        found = program.capabilities
        yield ExecutedFile(
            path=program.path,
            interpreted=program.script,
            examined=found is not None,
            file_capabilities=() if found is None else Capability.of_mask(found.permitted),
            file_effective=found is not None and found.effective,
            given=Capability.of_mask(program.given),
            set_user=bool(program.mode & stat.S_ISUID),
            set_group=bool(program.mode & stat.S_ISGID),
            runs=runs,
        )


def _paths(seen: SubjectObservation, runs: Runs) -> Iterable[PathAccess]:
    for path, access in seen.files.items():
        if access:
            yield PathAccess(path=path, access=access, runs=runs)


def _low_ports(seen: SubjectObservation, runs: Runs) -> Iterable[LowPort]:
    for item in seen.low_ports:
        yield LowPort(port=item.port, start=item.start, programs=_programs([item.program]), runs=runs)


def _rings(seen: SubjectObservation) -> Iterable[RingUnseen]:
    if not any(_name(call) == "io_uring_setup" and Phase.APP in of for call, of in seen.calls.items()):
        return
    if not seen.ring_files:
        yield RingUnseen.FILES
    if seen.ring_slots:
        yield RingUnseen.SLOTS
    if not seen.ring_workers:
        yield RingUnseen.WORKERS


def this_host(kernel: str) -> Host:
    """The machine that records; ``kernel`` as ``uname -r`` prints it."""
    return Host(kernel=kernel, arch=Abi.of_machine())
