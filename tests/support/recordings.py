"""Small recordings for tests of what follows from them."""

from __future__ import annotations

from collections.abc import Iterable

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.conditions import Condition, Operator
from profilegen.policy import derive as derivation
from profilegen.policy.model import Policy, Severity, SyscallRule
from profilegen.policy.options import DeriveOptions
from profilegen.recording import (
    CapabilityCheck,
    Container,
    Host,
    Phase,
    Recording,
    RefusedSyscall,
    SeccompMode,
    Syscall,
    SyscallArguments,
)
from profilegen.recording.merge import merge

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


def derive(recordings: Iterable[Recording], options: DeriveOptions | None = None) -> Policy:
    """The policy of recordings of one subject in any form."""
    return derivation.derive(merge(recordings), options)


def policy_of(one: Recording, *, need_paths: bool = False, allow_unknown: bool = False) -> Policy:
    return derive([one], DeriveOptions(need_paths=need_paths, allow_unknown=allow_unknown))


def rules(policy: Policy, name: str) -> list[SyscallRule]:
    return [rule for rule in policy.syscalls if rule.name == name]


def allowed(policy: Policy) -> set[str]:
    return {rule.name for rule in policy.syscalls if rule.errno is None}


def texts(policy: Policy, severity: Severity) -> list[str]:
    return [note.text for note in policy.notes if note.severity is severity]


def check(**changes: object) -> CapabilityCheck:
    needed = {
        "capability": Capability.CAP_CHOWN,
        "granted": True,
        "own_credentials": True,
        "own_user_namespace": True,
        "phase": Phase.APP,
        "abi": Abi.X86_64,
        "syscalls": ("fchownat",),
        "programs": ("/bin/chown",),
    }
    return CapabilityCheck.model_validate({**needed, **changes})


ADMIN = check(capability=Capability.CAP_SYS_ADMIN, syscalls=("mount",))


def wider_calls(policy: Policy) -> list[str]:
    """Notes about what is wider than Docker's default, capabilities aside."""
    return [text for text in texts(policy, Severity.WIDER) if " is kept" not in text]


def exactly(value: int, mask: int = 0xFFFFFFFF) -> tuple[Condition, ...]:
    return (Condition(index=0, operator=Operator.MASKED_EQUAL, value=mask, value_two=value),)
