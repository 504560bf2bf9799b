"""A policy for an architecture that was not recorded."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.abi import Abi
from profilegen.conditions import Condition, Operator
from profilegen.errors import UsageError
from profilegen.formats.translation import render
from profilegen.policy.derive import derive_each
from profilegen.policy.model import Policy, Severity, Why
from profilegen.policy.multi_arch import together
from profilegen.policy.options import DeriveOptions
from profilegen.policy.translation import abi_on
from profilegen.recording import (
    Access,
    Host,
    PathAccess,
    Phase,
    Recording,
    RefusedSyscall,
    SeccompProfile,
    Syscall,
    SyscallArguments,
    load,
)
from profilegen.render import policy as summary
from profilegen.tables.equivalents import equivalents
from profilegen.tables.syscalls import table
from tests.support.recordings import (
    RUN,
    RUNC,
    allowed,
    arguments,
    call,
    derive,
    recording,
    refusal,
    rules,
    texts,
)
from tests.support.strategies import recordings

GOLDEN = Path(__file__).parents[2] / "golden"
NATIVES = [abi for abi in Abi if abi.native is abi]
CLONE_FLAGS, NEWUSER = 0x7E020000, 0x10000000


def on(arch: Abi, one: Recording) -> Policy:
    return derive([one], DeriveOptions(arch=arch))


def why(policy: Policy, name: str) -> list[tuple[Why, str]]:
    return [(reason.why, reason.text) for rule in rules(policy, name) for reason in rule.reasons]


def test_a_call_becomes_what_the_libc_of_the_target_calls() -> None:
    policy = on(Abi.ARM64, recording("open", "read"))
    assert policy.abis == (Abi.ARM64,)
    assert policy.translated_from == (Abi.X86_64,)
    assert "open" not in allowed(policy)
    ((first, text),) = why(policy, "openat")[-1:]
    assert first is Why.TRANSLATED
    assert text.startswith("for open of amd64 (by /bin/a): openat from the current folder (glibc ")
    assert (Why.OBSERVED, "called by /bin/a, on amd64") in why(policy, "read")


def test_what_was_recorded_is_as_if_no_other_architecture_had_been_asked_for() -> None:
    one = recording("open", "read")
    first, second = derive_each([one], None, [Abi.ARM64, Abi.X86_64])
    assert first == derive([one])
    assert second == on(Abi.ARM64, one)


def test_a_call_without_counterpart_is_named() -> None:
    policy = on(Abi.ARM64, recording("arch_prctl"))
    assert "arch_prctl" not in {rule.name for rule in policy.syscalls}
    (text,) = [text for text in texts(policy, Severity.NOTE) if "arch_prctl" in text]
    assert text.startswith("arch_prctl is left out, arm64 has no such call: the thread pointer is a register")


def test_timing_and_the_runtime_are_those_of_the_target() -> None:
    assert "ppoll" in allowed(on(Abi.RISCV64, recording("connect", "fcntl")))
    assert "sigreturn" in allowed(on(Abi.S390X, recording("read")))
    assert "statx" in allowed(on(Abi.LOONGARCH64, recording()))
    assert "time" not in allowed(on(Abi.ARM64, recording("read")))
    from_arm64 = recording(
        "openat", hosts=(Host(kernel="6.1", arch=Abi.ARM64),), syscalls=(call("openat", Abi.ARM64),)
    )
    assert {"time", "getcpu", "arch_prctl", "open"} <= allowed(on(Abi.X86_64, from_arm64))


def test_calls_that_go_through_socketcall() -> None:
    policy = on(Abi.S390X, recording("socket", "accept", arguments=(arguments("socket", 2, 1),)))
    assert {"socket", "socketcall", "accept4"} <= allowed(policy)
    assert "accept" not in allowed(policy)
    notes = texts(policy, Severity.NOTE)
    assert any(text.startswith("the conditions of socket do not hold for s390x calls") for text in notes)


def test_flags_of_clone_are_where_the_target_has_them() -> None:
    seen = recording("clone", arguments=(arguments("clone", 0),))
    for arch, index in ((Abi.ARM64, 0), (Abi.S390X, 1)):
        (rule,) = rules(on(arch, seen), "clone")
        assert rule.conditions == ((Condition(index, Operator.MASKED_EQUAL, CLONE_FLAGS, 0),),)


def test_arguments_beyond_the_default_are_kept_and_named() -> None:
    policy = on(Abi.ARM64, recording("clone", "vfork", arguments=(arguments("clone", NEWUSER),)))
    (rule,) = rules(policy, "clone")
    assert [one.value_two for conditions in rule.conditions for one in conditions] == [0, NEWUSER]
    assert any("0x10000000" in text for text in texts(policy, Severity.WIDER))


def test_apparmor_keeps_the_socket_types_that_were_recorded() -> None:
    """mips numbers SOCK_STREAM and SOCK_DGRAM the other way round; the file is written for all."""
    seen = recording("socket", arguments=(arguments("socket", 2, 1),))
    assert [(rule.family, rule.type) for rule in on(Abi.MIPSEL64, seen).networks] == [(2, 1)]


def test_errors_have_the_numbers_of_the_target() -> None:
    seen = recording("read", refused=(refusal("clone3", 38), refusal("keyctl", 38), refusal("mount", 1)))
    policy = on(Abi.MIPSEL64, seen)
    assert policy.default_errno == 89
    assert {rule.errno for name in ("clone3", "keyctl", "statx") for rule in rules(policy, name)} == {89}
    assert [rule.errno for rule in rules(policy, "mount")] == [1]
    assert (Why.REFUSED, "refused to /bin/a with ENOSYS while recording") in why(policy, "keyctl")


def test_a_refused_call_is_refused_by_its_name_on_the_target() -> None:
    by_docker = RUNC.model_copy(update={"seccomp_profile": SeccompProfile.DEFAULT})
    policy = on(Abi.ARM64, recording("read", container=by_docker, refused=(refusal("chmod", 1),)))
    assert [rule.errno for rule in rules(policy, "fchmodat")] == [1]
    assert not rules(policy, "chmod")


def test_a_refusal_that_cannot_be_translated_is_named() -> None:
    item = RefusedSyscall(runs=(RUN,), abi=Abi.X86_64, name="ioctl", errno=1, values=((1, 0x5412),))
    policy = on(Abi.PPC64LE, recording("ioctl", refused=(item,)))
    assert [rule.errno for rule in rules(policy, "ioctl")] == [None]
    assert any("so the profile does not repeat it" in text for text in texts(policy, Severity.NOTE))


def test_recorded_arguments_that_cannot_be_translated_are_named() -> None:
    policy = on(
        Abi.PPC64LE,
        recording(
            "ioctl", arguments=(SyscallArguments(abi=Abi.X86_64, name="ioctl", values=((1, 0x5401),)),)
        ),
    )
    assert any(
        "the recorded arguments of ioctl make no conditions" in text for text in texts(policy, Severity.NOTE)
    )


def test_32_bit_calls_become_those_of_the_targets_32_bit_abi() -> None:
    seen = recording("read", syscalls=(call("read"), call("getuid32", Abi.I386), call("mmap", Abi.I386)))
    policy = on(Abi.ARM64, seen)
    assert policy.abis == (Abi.ARM64, Abi.ARM)
    assert {"getuid32", "mmap2", "set_tls"} <= allowed(policy)
    assert "calls of i386 are taken for calls of arm" in texts(policy, Severity.NOTE)
    narrow = on(Abi.RISCV64, seen)
    assert narrow.abis == (Abi.RISCV64,)
    assert {"getuid", "mmap"} <= allowed(narrow)
    assert any("which has no 32-bit programs" in text for text in texts(narrow, Severity.NOTE))


def test_the_recorded_architecture_wins() -> None:
    """Recorded on amd64 and on arm64: arm64's own profile has nothing of amd64's; riscv64's is of both."""
    seen = recording(
        "open",
        hosts=(Host(kernel="6.1", arch=Abi.X86_64), Host(kernel="6.1", arch=Abi.ARM64)),
        syscalls=(call("open"), call("uname", Abi.ARM64), call("sync")),
    )
    own = on(Abi.ARM64, seen)
    assert not own.translated_from
    assert "uname" in allowed(own)
    assert "sync" not in allowed(own)
    other = on(Abi.RISCV64, seen)
    assert other.translated_from == (Abi.ARM64, Abi.X86_64)
    assert {"uname", "sync", "openat"} <= allowed(other)


def test_a_name_that_no_table_has_is_left_out() -> None:
    policy = derive([recording("read", "no_such_call")])
    assert "no_such_call" not in allowed(policy)
    assert "no_such_call is left out: the table of x86_64 has no such call" in texts(policy, Severity.NOTE)


def test_the_list_says_what_each_line_comes_from() -> None:
    policies = derive_each([recording("open", "uname")], None, [Abi.X86_64, Abi.ARM64])
    lines = render(policies).splitlines()
    assert "arm64 uname observed: called by /bin/a, on amd64" in lines
    assert any(line.startswith("arm64 openat translated: for open of amd64") for line in lines)
    assert any(line.startswith("arm64 capget added: runc ") for line in lines)
    named = {line.split()[1] for line in lines if not line.startswith("#")}
    assert named == allowed(policies[1])
    assert render(policies[:1]) == ""


def test_a_hostile_program_makes_no_line_of_its_own() -> None:
    seen = recording(
        syscalls=(Syscall(abi=Abi.X86_64, name="open", phases=(Phase.APP,), programs=("/a\narm64 x",)),)
    )
    assert all(line.startswith(("#", "arm64 ")) for line in render([on(Abi.ARM64, seen)]).splitlines())
    assert "\narm64 x" not in render([on(Abi.ARM64, seen)])


def test_paths_that_have_another_name_elsewhere_are_named() -> None:
    path = PathAccess(path="/usr/lib/x86_64-linux-gnu/libc.so.6", access=(Access.READ,))
    policies = derive_each(
        [recording("read", paths=(path,))], DeriveOptions(need_paths=True), [Abi.X86_64, Abi.ARM64]
    )
    text = "on arm64 x86_64-linux-gnu has another name"
    assert text in summary.render(*policies, apparmor="apparmor")
    assert text in summary.render(together(policies), apparmor="apparmor")
    assert text not in summary.render(policies[0], apparmor="apparmor")


def joined(one: Recording, *arches: Abi) -> Policy:
    return together(derive_each([one], None, arches))


def test_one_profile_for_several_allows_what_each_needs_and_names_what_gets_wider() -> None:
    policy = joined(recording("open", "umask"), Abi.X86_64, Abi.ARM64)
    assert policy.abis == (Abi.X86_64, Abi.ARM64)
    assert {"open", "openat", "umask"} <= allowed(policy)
    assert "allowed on arm64 because another architecture needs it: getcpu" in texts(policy, Severity.NOTE)


def test_a_call_that_is_answered_on_one_architecture_and_needed_on_another_is_allowed() -> None:
    """statx has an ENOSYS where nothing calls it, and is what loongarch64 calls for fstat."""
    policy = joined(recording("fstat"), Abi.X86_64, Abi.LOONGARCH64)
    assert [rule.errno for rule in rules(policy, "statx")] == [None]


def test_conditions_that_mean_the_same_on_all_stay() -> None:
    seen = recording(
        "clone", "personality", arguments=(arguments("personality", 8), arguments("clone", NEWUSER))
    )
    policy = joined(seen, Abi.X86_64, Abi.ARM64)
    assert rules(policy, "clone")[0].conditions == rules(derive([seen]), "clone")[0].conditions
    assert rules(policy, "personality")[0].conditions == rules(derive([seen]), "personality")[0].conditions


def test_conditions_on_different_places_are_dropped_and_named() -> None:
    """Big-endian both; the flags of clone are the second argument on s390x, the first on ppc64."""
    policy = joined(recording("clone"), Abi.S390X, Abi.PPC64)
    assert [rule.conditions for rule in rules(policy, "clone")] == [()]
    assert any(
        text.startswith("clone is allowed with any arguments") for text in texts(policy, Severity.WIDER)
    )


@pytest.mark.parametrize("other", [Abi.S390X, Abi.MIPSEL64])
def test_no_profile_for_two_byte_orders_or_two_ways_to_number_errors(other: Abi) -> None:
    with pytest.raises(UsageError, match="no profile is for both"):
        joined(recording("read"), Abi.X86_64, other)


@pytest.mark.parametrize("arch", NATIVES)
@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.recording.json")), ids=lambda path: path.name[:-15])
def test_real_recordings_have_a_profile_for_every_architecture(path: Path, arch: Abi) -> None:
    """Names that exist there, and of every call of the program what stands for it, or a note."""
    seen = load(path)
    policy = on(arch, seen)
    exists = frozenset().union(*(table(abi).names for abi in policy.abis))
    assert {rule.name for rule in policy.syscalls} <= exists
    left_out = {text.split()[0] for text in texts(policy, Severity.NOTE) if " is left out, " in text}
    for one in seen.syscalls:
        stands = equivalents(one.name, one.abi, abi_on(arch, one.abi)).keys()
        assert stands - {"clone3"} <= allowed(policy)
        assert stands or one.name in left_out


def of_x86_64(one: Recording) -> Recording:
    """As for the laws of native policies: one architecture, and a value for each personality."""
    callers = sorted({Abi.X86_64} | {call.abi for call in one.syscalls if call.name == "personality"})
    return one.model_copy(
        update={
            "hosts": (Host(kernel="6.1", arch=Abi.X86_64),),
            "arguments": (*one.arguments, *(arguments("personality", 0, abi=abi) for abi in callers)),
        }
    )


LEGACY = st.sampled_from(["open", "stat", "fork", "poll", "arch_prctl", "clone", "accept", "semop", "rename"])
recorded = st.builds(
    lambda one, names: one.model_copy(update={"syscalls": (*one.syscalls, *map(call, names))}),
    recordings().map(of_x86_64),
    st.lists(LEGACY, max_size=3),
)
targets = st.sampled_from(NATIVES)


@given(recorded, targets)
def test_every_name_exists_on_an_architecture_of_the_profile(one: Recording, arch: Abi) -> None:
    policy = derive([one], DeriveOptions(arch=arch, allow_incomplete=True))
    exists = frozenset().union(*(table(abi).names for abi in policy.abis))
    assert {rule.name for rule in policy.syscalls} <= exists
    assert all(rule.reasons for rule in policy.syscalls)


@given(recorded, recorded, targets)
def test_a_larger_recording_never_gives_a_smaller_translation(
    one: Recording, other: Recording, arch: Abi
) -> None:
    options = DeriveOptions(arch=arch, allow_incomplete=True)
    small, large = derive([one], options), derive([one, other], options)
    wide = {rule.name: rule.conditions for rule in large.syscalls if rule.errno is None}
    for rule in small.syscalls:
        if rule.errno is None:
            assert not wide[rule.name] or set(rule.conditions) <= set(wide[rule.name])
    assert set(small.abis) <= set(large.abis)


@given(recorded, targets)
def test_the_same_recording_gives_the_same_translation(one: Recording, arch: Abi) -> None:
    options = DeriveOptions(arch=arch, allow_incomplete=True)
    assert derive([one, one], options) == derive([one], options)


@given(recorded, st.lists(st.sampled_from([Abi.X86_64, Abi.ARM64, Abi.RISCV64, Abi.LOONGARCH64]), min_size=1))
def test_one_profile_for_several_allows_all_that_each_of_them_does(one: Recording, arches: list[Abi]) -> None:
    policies = derive_each([one], DeriveOptions(allow_incomplete=True), arches)
    policy = together(policies)
    whole = {rule.name: rule.conditions for rule in policy.syscalls if rule.errno is None}
    for each in policies:
        for rule in each.syscalls:
            if rule.errno is None:
                assert not whole[rule.name] or set(rule.conditions) <= set(whole[rule.name])
    exists = frozenset().union(*(table(abi).names for abi in policy.abis))
    assert {rule.name for rule in policy.syscalls} <= exists
    always = [rule.name for rule in policy.syscalls if not rule.conditions]
    assert len(always) == len(set(always))
    assert {one.text for one in policy.wider} == set(texts(policy, Severity.WIDER))
    assert {risk for each in policies for risk in each.risks} <= set(policy.risks)
