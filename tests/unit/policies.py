"""Small recordings for tests of what follows from them."""

from __future__ import annotations

from profilegen.arch import Abi
from profilegen.policy import Options, derive
from profilegen.policy.model import Policy, Severity, SyscallRule
from profilegen.recording import (
    Container,
    Host,
    Phase,
    Recording,
    RefusedSyscall,
    SeccompMode,
    Syscall,
    SyscallArguments,
)

RUN = "0" * 32
RUNC = Container(
    id="a" * 64, name="web", runtime="runc", runtime_version="1.1.5+ds1", seccomp=SeccompMode.FILTER
)


def call(name: str, abi: Abi = Abi.X86_64) -> Syscall:
    return Syscall(runs=(RUN,), abi=abi, name=name, phases=(Phase.APP,), programs=("/bin/a",))


def arguments(name: str, *values: int, abi: Abi = Abi.X86_64) -> SyscallArguments:
    return SyscallArguments(runs=(RUN,), abi=abi, name=name, values=tuple(enumerate(values)))


def refusal(name: str, errno: int | None, *values: int) -> RefusedSyscall:
    return RefusedSyscall(
        runs=(RUN,),
        abi=Abi.X86_64,
        name=name,
        errno=errno,
        values=tuple(enumerate(values)),
        programs=("/bin/a",),
    )


def recording(*names: str, container: Container = RUNC, **fields: object) -> Recording:
    """One run of one container on x86_64 that made these calls."""
    content: dict[str, object] = {
        "subject": "web",
        "run_ids": (RUN,),
        "hosts": (Host(kernel="6.1", arch=Abi.X86_64),),
        "containers": (container,),
        "syscalls": tuple(call(name) for name in names),
    }
    return Recording.model_validate({**content, **fields})


def policy_of(one: Recording, *, need_paths: bool = False, allow_unknown: bool = False) -> Policy:
    return derive([one], Options(need_paths=need_paths, allow_unknown=allow_unknown))


def rules(policy: Policy, name: str) -> list[SyscallRule]:
    return [rule for rule in policy.syscalls if rule.name == name]


def allowed(policy: Policy) -> set[str]:
    return {rule.name for rule in policy.syscalls if rule.errno is None}


def texts(policy: Policy, severity: Severity) -> list[str]:
    return [note.text for note in policy.notes if note.severity is severity]
