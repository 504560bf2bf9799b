"""The emitted profile as libseccomp evaluates it: every recorded call passes, nothing else that is wide."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.formats import seccomp
from profilegen.policy.model import Policy, Severity, What
from profilegen.policy.options import Args
from profilegen.recording import (
    CapabilityCheck,
    Host,
    Phase,
    Recording,
    RefusedSyscall,
    SeccompMode,
    Syscall,
    SyscallArguments,
)
from profilegen.seccomp.filter import Action, Filter
from profilegen.seccomp.matching import satisfies
from profilegen.seccomp.reference import docker_default_filter
from profilegen.tables.arguments import masks
from profilegen.tables.syscalls import table
from tests.support.oci import ALLOWED, evaluate
from tests.support.recordings import RUN, RUNC, derive, texts
from tests.unit.policy.test_laws import ANYWAY

ARCHES = {Abi.X86_64: (Abi.X86_64, Abi.I386), Abi.ARM64: (Abi.ARM64, Abi.ARM)}
NAMES = (
    *("read", "mount", "keyctl", "unshare", "ptrace", "bpf", "clone3", "io_uring_setup", "chroot"),
    *sorted(masks(Abi.X86_64)),
)
VALUES = (
    *(0, 1, 2, 16, 17, 38, 39, 40, 41),
    *(8, 0x11, 0x20000, 0x20008, 0x40000, 0x400000, 0x7E020000, 0x10000000, 0x10000011, 0xFFFFFFFF),
)

values = st.sampled_from(VALUES)


def registers(abi: Abi, name: str) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    """Recorded arguments of a call: all that the data file names for the ABI, masked."""
    wanted = masks(abi).get(name, ())
    return st.tuples(*[values] * len(wanted)).map(
        lambda drawn: tuple((index, value & mask) for (index, mask), value in zip(wanted, drawn, strict=True))
    )


@st.composite
def consistent(draw: st.DrawFn) -> Recording:
    """Arguments only of calls that were recorded; refused calls, capabilities and a missing filter too."""
    arch = draw(st.sampled_from(sorted(ARCHES)))
    some_abi = st.sampled_from(ARCHES[arch])
    calls = draw(st.lists(st.tuples(some_abi, st.sampled_from(NAMES)), max_size=5, unique=True))
    calls = [(abi, name) for abi, name in calls if name in table(abi).names]
    sensitive = [call for call in calls if call[1] in masks(call[0])]
    seen = [
        SyscallArguments(runs=(RUN,), abi=abi, name=name, values=draw(registers(abi, name)))
        for abi, name in sensitive
        for _ in range(draw(st.integers(1, 3)))
    ]
    refused = [
        RefusedSyscall(
            runs=(RUN,),
            abi=(abi := draw(some_abi)),
            name=(name := draw(st.sampled_from(NAMES))),
            errno=draw(st.none() | st.sampled_from([1, 38, 97])),
            values=draw(registers(abi, name)),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    capabilities = st.sets(st.sampled_from([Capability.CAP_SYS_ADMIN, Capability.CAP_SYS_CHROOT]))
    checks = [
        CapabilityCheck(
            runs=(RUN,), capability=capability, granted=True, own_credentials=True,
            own_user_namespace=True, phase=Phase.APP, abi=arch,
        )
        for capability in draw(capabilities)
    ]  # fmt: skip
    container = RUNC.model_copy(
        update={
            "seccomp": draw(st.sampled_from(SeccompMode)),
            "runtime": draw(st.sampled_from(["runc", "crun", "youki"])),
        }
    )
    return Recording(
        subject="web",
        run_ids=(RUN,),
        hosts=(Host(kernel="6.1", arch=arch),),
        containers=(container,),
        syscalls=tuple(Syscall(runs=(RUN,), abi=a, name=n, phases=(Phase.APP,)) for a, n in calls),
        arguments=tuple(seen),
        refused=tuple(refused),
        capabilities=tuple(checks),
    )


def as_oci(found: Filter) -> dict[str, Any]:
    return {
        "defaultAction": found.default.action,
        "defaultErrnoRet": found.default.number,
        "architectures": [abi.scmp for abi in found.abis],
        "syscalls": [
            {
                "names": [rule.name],
                "action": rule.answer.action,
                **({"errnoRet": rule.answer.number} if rule.answer.action is Action.ERRNO else {}),
                "args": [
                    {"index": c.index, "op": c.operator, "value": c.value, "valueTwo": c.value_two}
                    for c in rule.conditions
                ],
            }
            for rule in found.rules
        ],
    }


def emitted(recording: Recording, args: Args) -> tuple[Policy, dict[str, Any]]:
    policy = derive([recording], replace(ANYWAY, args=args))
    return policy, json.loads(seccomp.render(policy))


@settings(max_examples=200)
@given(consistent(), st.sampled_from(Args))
def test_every_recorded_call_passes_with_its_recorded_arguments(recording: Recording, args: Args) -> None:
    policy, profile = emitted(recording, args)
    kept = {rule.capability for rule in policy.capabilities}
    for call in recording.syscalls:
        if call.name == "clone3" and Capability.CAP_SYS_ADMIN not in kept:
            assert evaluate(profile, call.abi.scmp, "clone3", ()) == ("SCMP_ACT_ERRNO", 38)
            assert evaluate(profile, call.abi.scmp, "clone", ()) == ALLOWED
            continue
        combinations = [
            dict(item.values)
            for item in recording.arguments
            if (item.abi, item.name) == (call.abi, call.name)
        ]
        for combination in combinations or [{}]:
            arguments = [combination.get(index, 0) for index in range(6)]
            assert evaluate(profile, call.abi.scmp, call.name, arguments) == ALLOWED


@settings(max_examples=150)
@given(
    consistent(),
    st.lists(st.sampled_from(sorted(table(Abi.X86_64).names)), max_size=5),
    values,
    st.sampled_from(Args),
)
def test_what_dockers_default_refuses_passes_only_if_it_is_named(
    recording: Recording, names: list[str], second: int, args: Args
) -> None:
    policy, profile = emitted(recording, args)
    kept = frozenset(rule.capability for rule in policy.capabilities)
    default = as_oci(docker_default_filter(policy.arch, kept))
    for abi, name, first in product(ARCHES[policy.arch], (*NAMES, *names), VALUES):
        arguments = [first, second, 0, 0, 0, 0]
        if evaluate(profile, abi.scmp, name, arguments) != ALLOWED:
            continue
        if evaluate(default, abi.scmp, name, arguments) == ALLOWED:
            continue
        assert [
            one
            for one in policy.wider
            if one.what in (What.CALL, What.ARGUMENTS)
            and one.name == name
            and satisfies(one.conditions, dict(enumerate(arguments)))
        ], (abi, name, arguments)


@settings(max_examples=100)
@given(consistent(), st.sampled_from(Args))
def test_what_is_named_is_indeed_wider(recording: Recording, args: Args) -> None:
    """And everything that is called wider is in the list."""
    policy, profile = emitted(recording, args)
    kept = frozenset(rule.capability for rule in policy.capabilities)
    default = as_oci(docker_default_filter(policy.arch, kept))
    assert {one.text for one in policy.wider} == set(texts(policy, Severity.WIDER))
    for one in policy.wider:
        if one.what in (What.CALL, What.ARGUMENTS):
            exact = {check.index: check.value_two for check in one.conditions}
            tried = [exact, *({**exact, 0: value} for value in VALUES)]
            tried += [dict(item.values) for item in recording.arguments if item.name == one.name]
            loose = [
                values
                for values in tried
                if satisfies(one.conditions, values)
                and evaluate(profile, policy.arch.scmp, one.name, _list(values)) == ALLOWED
                and evaluate(default, policy.arch.scmp, one.name, _list(values)) != ALLOWED
            ]
            assert loose


def _list(given_values: dict[int, int]) -> list[int]:
    return [given_values.get(index, 0) for index in range(6)]
