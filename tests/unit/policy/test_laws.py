"""Laws that hold for the policy of any recording."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.errors import IncompleteRecordingError
from profilegen.policy.capability_need import execve_needs, needed_checks
from profilegen.policy.model import Policy, Severity, Why
from profilegen.policy.options import Args, DeriveOptions, LowPorts
from profilegen.recording import Host, Recording, RefusedSyscall, SyscallArguments
from profilegen.recording.gaps import late_starts
from profilegen.recording.merge import merge
from profilegen.seccomp.matching import admits, covers
from profilegen.seccomp.reference import DOCKER, Reference
from profilegen.tables.arguments import masks
from profilegen.tables.implied import never_added
from profilegen.tables.syscalls import table
from tests.support.recordings import allowed, derive
from tests.support.strategies import recordings

ANYWAY = DeriveOptions(allow_incomplete=True, need_paths=True)


def on_x86_64(recording: Recording) -> Recording:
    """Recorded on one architecture; every argument-sensitive call has arguments, as the recorder does it."""
    made = {(call.abi, call.name) for call in recording.syscalls if call.name in masks(call.abi)}
    zeros = (
        SyscallArguments(abi=abi, name=name, values=tuple((index, 0) for index, _ in masks(abi)[name]))
        for abi, name in sorted(made)
    )
    return recording.model_copy(
        update={
            "hosts": (Host(kernel="6.1", arch=Abi.X86_64),),
            "arguments": (*recording.arguments, *zeros),
        }
    )


recorded = recordings().map(on_x86_64)


@given(recorded, st.randoms())
def test_the_same_recording_gives_the_same_policy(recording: Recording, random: object) -> None:
    shuffled = {
        name: tuple(random.sample(items, len(items)))  # type: ignore[attr-defined]
        for name, items in recording
        if isinstance(items, tuple)
    }
    assert derive([recording], ANYWAY) == derive([recording.model_copy(update=shuffled)], ANYWAY)
    assert derive([recording, recording], ANYWAY) == derive([recording], ANYWAY)


def flooded_and_said(name: str, parts: list[Recording], policy: Policy) -> bool:
    """Of a call with too many combinations nobody has all: then it is noted that some may be refused."""
    flooded = any(item.anything for part in parts for item in part.arguments if item.name == name)
    text = f"{name} was called with more than 64 combinations of arguments: it keeps the conditions of"
    return flooded and any(
        note.text.startswith(text) and note.text.endswith("refused by this profile, seen or not")
        for note in policy.notes
    )


def needs(recording: Recording) -> list[frozenset[Capability]]:
    """Of each set the container needs one."""
    checks = [check.enough for check in needed_checks(recording) if check.abi.native is Abi.X86_64]
    return checks + [frozenset({one}) for file in recording.executed for one in execve_needs(file)]


@given(recorded, st.sampled_from([DOCKER, replace(DOCKER, capabilities=frozenset(Capability))]))
def test_no_capability_is_kept_that_the_others_make_dispensable(
    recording: Recording, measure: Reference
) -> None:
    """Of a pair that the kernel asks for in turn never both are kept for one need."""
    options = replace(ANYWAY, measure=measure, low_ports=LowPorts.NO)
    recording = merge([recording])
    kept = {rule.capability for rule in derive([recording], options).capabilities}
    for capability in kept:
        assert any(need & kept == {capability} for need in needs(recording))


@given(recorded, recorded, st.sampled_from(Args))
def test_a_larger_recording_never_gives_a_smaller_policy(
    one: Recording, other: Recording, args: Args
) -> None:
    options = replace(ANYWAY, args=args)
    small, large = derive([one], options), derive([one, other], options)
    rules = {rule.name: rule for rule in large.syscalls if rule.errno is None}
    for rule in small.syscalls:
        if rule.errno is not None:
            continue
        wide = rules[rule.name].conditions
        smaller = wide and not (rule.conditions and all(covers(wide, one) for one in rule.conditions))
        assert not smaller or flooded_and_said(rule.name, [one, other], large)
    kept = {rule.capability for rule in large.capabilities}
    assert all(need & kept for recording in (one, other) for need in needs(recording))
    assert {(rule.family, rule.type) for rule in small.networks} <= {
        (rule.family, rule.type) for rule in large.networks
    }
    files = {rule.path: rule for rule in large.files}
    for file in small.files:
        assert set(file.access) <= set(files[file.path].access)
        assert file.execute <= files[file.path].execute
    assert large.no_new_privileges <= small.no_new_privileges or not one.containers
    assert set(small.abis) <= set(large.abis)


@given(recorded)
def test_an_exact_policy_is_part_of_the_portable_one(recording: Recording) -> None:
    """What the portable one has besides is a sibling, and nothing that is never added."""
    exact = derive([recording], replace(ANYWAY, portable=False))
    portable = derive([recording], ANYWAY)
    rules = {rule.name: rule for rule in portable.syscalls if rule.errno is None}
    before = {rule.name: rule for rule in exact.syscalls if rule.errno is None}
    for name, rule in before.items():
        assert rules[name].conditions == rule.conditions
    added = rules.keys() - before.keys()
    assert not added & {row.name for row in never_added()}
    assert all({reason.why for reason in rules[name].reasons} >= {Why.SIBLING} for name in added)
    assert portable.capabilities == exact.capabilities


@given(recorded, recorded, st.sampled_from([("crun",), ("runc",), ("crun", "runc", "youki")]))
def test_a_larger_recording_never_gives_a_smaller_policy_for_a_chosen_runtime(
    one: Recording, other: Recording, runtimes: tuple[str, ...]
) -> None:
    options = replace(ANYWAY, runtimes=runtimes)
    small, large = derive([one], options), derive([one, other], options)
    assert allowed(small) <= allowed(large) or not one.containers


@given(recorded)
def test_every_entry_has_a_reason(recording: Recording) -> None:
    policy = derive([recording], ANYWAY)
    reasons = [
        *(rule.reasons for rule in policy.syscalls),
        *(rule.reasons for rule in policy.capabilities),
        *(rule.reasons for rule in policy.files),
        *(rule.reasons for rule in policy.networks),
    ]
    assert all(some and all(reason.text for reason in some) for some in reasons)


@given(recorded, st.integers(0, 50) | st.sampled_from([0x7E020000, 0x10000000, 0xFFFFFFFF]))
def test_nothing_is_wider_than_docker_default_without_a_note(recording: Recording, value: int) -> None:
    policy = derive([recording], ANYWAY)
    kept = frozenset(rule.capability for rule in policy.capabilities)
    wider = [note.text.split()[0].rstrip(",:") for note in policy.notes if note.severity is Severity.WIDER]
    for rule in policy.syscalls:
        if rule.errno is not None or rule.name in wider:
            continue
        base = DOCKER.allows_for(rule.name, policy.arch, kept)
        assert base is not None
        if not base:
            continue
        assert rule.conditions
        assert admits(base, {0: value}) or not admits(rule.conditions, {0: value})


@given(recorded, st.booleans())
def test_a_gap_never_gives_a_quiet_policy(recording: Recording, need_paths: bool) -> None:
    lost = [count for count in recording.completeness.lost if need_paths or count.what != "paths"]
    late = late_starts(recording)
    unknown = [item for item in recording.completeness.unknown_syscalls if item.executed]
    if lost or late or unknown:
        with pytest.raises(IncompleteRecordingError) as caught:
            derive([recording], DeriveOptions(need_paths=need_paths))
        assert all(count.what.replace("_", " ").removesuffix("s") in caught.value.cause for count in lost)
    policy = derive([recording], DeriveOptions(need_paths=need_paths, allow_incomplete=True))
    assert bool(lost or late or unknown) == (Severity.INCOMPLETE in {note.severity for note in policy.notes})
    if recording.completeness.lost:
        assert any("lost" in note.text for note in policy.notes)


@given(recorded)
def test_a_name_is_allowed_always_or_answered_but_not_both(recording: Recording) -> None:
    policy = derive([recording], ANYWAY)
    always = [rule.name for rule in policy.syscalls if not rule.conditions]
    assert len(always) == len(set(always))
    assert not set(always) & {rule.name for rule in policy.syscalls if rule.conditions}


ANY_CALL = st.sampled_from(Abi).flatmap(
    lambda abi: st.tuples(st.just(abi), st.sampled_from(sorted(table(abi).names)))
)
"""Of any ABI any call, those among them that hardly another one has."""


@given(
    recordings(),
    st.lists(ANY_CALL, max_size=4),
    st.sampled_from([Abi.X86_64, Abi.ARM64, Abi.RISCV64, Abi.S390X, Abi.MIPS64]),
    st.sampled_from(Args),
    st.booleans(),
    st.sampled_from([(), ("crun",), ("crun", "runc", "youki")]),
)
def test_every_rule_is_for_a_call_that_a_listed_abi_has(
    recording: Recording,
    refused: list[tuple[Abi, str]],
    arch: Abi,
    args: Args,
    portable: bool,
    runtimes: tuple[str, ...],
) -> None:
    """Whatever was recorded, wherever, refused or made, for whichever architecture."""
    more = tuple(RefusedSyscall(abi=abi, name=name, errno=1) for abi, name in refused)
    hosts = tuple(Host(kernel="6.1", arch=abi.native) for abi, _ in refused)
    recording = recording.model_copy(
        update={"refused": (*recording.refused, *more), "hosts": (*recording.hosts, *hosts)}
    )
    options = replace(ANYWAY, arch=arch, args=args, portable=portable, runtimes=runtimes)
    policy = derive([recording], options)
    names = frozenset().union(*(table(abi).names for abi in policy.abis))
    assert {rule.name for rule in policy.syscalls} <= names


@given(recorded)
def test_what_another_profile_refused_is_said_and_makes_no_rule(recording: Recording) -> None:
    """A profile of ours, where Docker's default allows the call to everybody."""
    policy = derive([recording], ANYWAY)
    by_docker = {one.seccomp_profile for one in recording.containers} <= {"default", "unconfined"}
    answered = {rule.name for rule in policy.syscalls if Why.REFUSED in {one.why for one in rule.reasons}}
    said = " ".join(note.text for note in policy.notes if " refused while recording by the " in note.text)
    for item in recording.refused:
        if (
            item.abi not in policy.abis
            or item.name in allowed(policy)
            or DOCKER.allows_for(item.name, policy.arch, frozenset()) != ()
            or item.name not in table(item.abi).names
        ):
            continue
        assert item.name in said.replace(",", " ").split()
        assert item.name not in answered or (by_docker and recording.containers)


@given(recorded)
def test_rules_are_sorted(recording: Recording) -> None:
    policy: Policy = derive([recording], ANYWAY)
    names = [rule.name for rule in policy.syscalls]
    assert names == sorted(names)
    assert policy.capabilities == tuple(sorted(policy.capabilities, key=lambda rule: rule.capability))
