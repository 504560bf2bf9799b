"""Which arguments a call is allowed with, by example."""

from __future__ import annotations

import pytest

from profilegen.abi import Abi
from profilegen.conditions import Condition, Operator
from profilegen.policy.model import Policy, Severity, Why
from profilegen.policy.options import Args, DeriveOptions
from profilegen.recording import (
    CapabilityCheck,
    Recording,
    SyscallArguments,
)
from tests.support.recordings import (
    ADMIN,
    RUNC,
    allowed,
    arguments,
    call,
    derive,
    exactly,
    policy_of,
    recording,
    rules,
    texts,
    wider_calls,
)

DOCKER_SOCKET = ((Operator.EQUAL, 39), (Operator.GREATER, 40), (Operator.LESS, 38))


def pair(family: int, kind: int) -> tuple[Condition, ...]:
    return (
        *exactly(family),
        Condition(index=1, operator=Operator.MASKED_EQUAL, value=0xF, value_two=kind),
    )


def anything(name: str) -> SyscallArguments:
    return SyscallArguments(abi=Abi.X86_64, name=name, values=(), anything=True)


def arguments_at(name: str, values: dict[int, int], abi: Abi = Abi.X86_64) -> SyscallArguments:
    return SyscallArguments(abi=abi, name=name, values=tuple(values.items()))


def with_args(args: Args, one: Recording) -> Policy:
    return derive([one], DeriveOptions(args=args))


class TestConditions:
    @pytest.mark.parametrize("name", ["socket", "socketpair"])
    def test_a_socket_is_allowed_with_the_recorded_families_and_types_alone(self, name: str) -> None:
        policy = policy_of(recording(name, arguments=(arguments(name, 2, 1), arguments(name, 1, 2))))
        (rule,) = rules(policy, name)
        assert rule.conditions == (pair(1, 2), pair(2, 1))
        assert rule.reasons[-1].why is Why.ARGUMENTS
        assert not texts(policy, Severity.WIDER)

    @pytest.mark.parametrize("seen", [(), (arguments("socket", 2),), (anything("socket"),)])
    def test_a_socket_of_which_not_all_is_known_keeps_dockers_conditions(
        self, seen: tuple[SyscallArguments, ...]
    ) -> None:
        policy = policy_of(recording("socket", arguments=seen))
        (rule,) = rules(policy, "socket")
        found = tuple(sorted((one.operator, one.value) for (one,) in rule.conditions))
        assert found == DOCKER_SOCKET
        assert not texts(policy, Severity.WIDER)
        noted = any("it keeps the conditions of Docker's default" in t for t in texts(policy, Severity.NOTE))
        assert noted is any(item.anything for item in seen)

    def test_a_family_beyond_dockers_conditions_is_named(self) -> None:
        policy = policy_of(recording("socket", arguments=(arguments("socket", 40, 1),)))
        (rule,) = rules(policy, "socket")
        assert rule.conditions == (pair(40, 1),)
        (text,) = texts(policy, Severity.WIDER)
        assert text.startswith("socket with argument 0 = 40 and argument 1 = 1, ")

    def test_without_arguments_a_family_beyond_is_added_to_dockers_conditions(self) -> None:
        seen = (arguments("socket", 40, 1), arguments("socket", 2, 1), arguments("personality", 0))
        policy = with_args(Args.NONE, recording("socket", "personality", "prctl", arguments=seen))
        (rule,) = rules(policy, "socket")
        assert rule.conditions[-1] == exactly(40)
        assert len(rule.conditions) == 4
        assert len(rules(policy, "personality")[0].conditions) == 5
        (text,) = texts(policy, Severity.WIDER)
        assert text.startswith("socket with argument 0 = 40, ")

    @pytest.mark.parametrize(("checks", "named"), [((), True), ((ADMIN,), False)])
    def test_namespace_flags_of_clone_are_added_alone(
        self, checks: tuple[CapabilityCheck, ...], named: bool
    ) -> None:
        seen = (arguments("clone", 0), arguments("clone", 0x30000000))
        policy = policy_of(recording("clone", arguments=seen, capabilities=checks))
        (rule,) = rules(policy, "clone")
        assert rule.conditions == (exactly(0, 0x7E020000), exactly(0x30000000, 0x7E020000))
        assert bool(wider_calls(policy)) is named

    def test_personality_is_allowed_with_the_recorded_values_alone(self) -> None:
        seen = (arguments("personality", 0xFFFFFFFF), arguments("personality", 0x40000))
        policy = policy_of(recording("personality", arguments=seen))
        (rule,) = rules(policy, "personality")
        assert rule.conditions == (exactly(0x40000), exactly(0xFFFFFFFF))
        (text,) = texts(policy, Severity.WIDER)
        assert "argument 0 = 0x40000, " in text

    def test_personality_without_values_keeps_those_of_docker(self) -> None:
        (rule,) = rules(policy_of(recording("personality")), "personality")
        assert sorted(one.value for (one,) in rule.conditions) == [0, 8, 0x20000, 0x20008, 0xFFFFFFFF]

    def test_all_recorded_arguments_become_conditions_only_if_asked_for(self) -> None:
        one = recording("ioctl", arguments=(arguments_at("ioctl", {1: 0x5401}),))
        assert rules(policy_of(one), "ioctl")[0].conditions == ()
        (rule,) = rules(with_args(Args.STRICT, one), "ioctl")
        assert rule.conditions == (
            (Condition(index=1, operator=Operator.MASKED_EQUAL, value=0xFFFFFFFF, value_two=0x5401),),
        )

    def test_what_the_runtime_asks_of_a_call_is_allowed_beside_what_the_program_asked(self) -> None:
        one = recording("prctl", arguments=(arguments("prctl", 15),))
        (rule,) = rules(with_args(Args.STRICT, one), "prctl")
        values = {conditions[0].value_two for conditions in rule.conditions}
        assert {15, 8, 24, 47} <= values
        assert 35 not in values

    def test_what_an_unmeasured_runtime_asks_nobody_knows(self) -> None:
        youki = RUNC.model_copy(update={"runtime": "youki"})
        one = recording("prctl", arguments=(arguments("prctl", 15),), container=youki)
        assert rules(with_args(Args.STRICT, one), "prctl")[0].conditions == ()

    def test_values_of_both_abis_are_allowed(self) -> None:
        calls = (call("ioctl"), call("ioctl", Abi.I386))
        seen = arguments_at("ioctl", {1: 1}), arguments_at("ioctl", {1: 2}, Abi.I386)
        both = recording(syscalls=calls, arguments=seen)
        (rule,) = rules(with_args(Args.STRICT, both), "ioctl")
        assert [conditions[0].value_two for conditions in rule.conditions] == [1, 2]
        one = recording(syscalls=calls, arguments=seen[:1])
        assert rules(with_args(Args.STRICT, one), "ioctl")[0].conditions == ()

    def test_an_abi_that_keeps_the_arguments_in_memory_has_no_conditions(self) -> None:
        """mmap of i386 has a pointer where that of x86_64 has an address."""
        calls = (call("mmap"), call("mmap", Abi.I386))
        one = recording(syscalls=calls, arguments=(arguments_at("mmap", {2: 5, 3: 0}),))
        policy = with_args(Args.STRICT, one)
        assert rules(policy, "mmap")[0].conditions == ()
        native = recording(syscalls=calls[:1], arguments=one.arguments)
        assert len(rules(with_args(Args.STRICT, native), "mmap")[0].conditions) == 5
        exact = derive([native], DeriveOptions(args=Args.STRICT, portable=False))
        assert len(rules(exact, "mmap")[0].conditions) == 3

    def test_calls_with_arguments_in_memory_are_named(self) -> None:
        policy = with_args(Args.STRICT, recording("openat2"))
        assert any(
            text.startswith("openat2 keep arguments in memory") for text in texts(policy, Severity.NOTE)
        )

    def test_anything_is_allowed_with_a_note(self) -> None:
        policy = with_args(Args.STRICT, recording("ioctl", arguments=(anything("ioctl"),)))
        assert rules(policy, "ioctl")[0].conditions == ()
        text = "ioctl was called with more than 64 combinations of arguments: it is allowed with any"
        assert text in texts(policy, Severity.NOTE)

    @pytest.mark.parametrize("args", Args)
    def test_a_family_of_a_flood_that_the_profile_refuses_is_said(self, args: Args) -> None:
        seen = (anything("socket"), arguments("socket", 38, 5), arguments("socket", 2, 1))
        policy = with_args(args, recording("socket", arguments=seen))
        (rule,) = rules(policy, "socket")
        assert sorted(one.value for (one,) in rule.conditions) == [38, 39, 40]
        notes = texts(policy, Severity.NOTE)
        assert "seen, and refused by this profile: socket with argument 0 = 38" in notes
        assert any(
            text.endswith("what these refuse is refused by this profile, seen or not") for text in notes
        )

    def test_a_flood_of_what_the_profile_allows_is_not_said_to_be_refused(self) -> None:
        seen = (anything("socket"), arguments("socket", 2, 1))
        policy = policy_of(recording("socket", arguments=seen))
        assert not any("seen, and refused" in text for text in texts(policy, Severity.NOTE))

    def test_namespace_flags_of_a_flood_of_clone_are_said(self) -> None:
        seen = (anything("clone"), arguments("clone", 0x30000000))
        policy = policy_of(recording("clone", arguments=seen))
        assert rules(policy, "clone")[0].conditions == (exactly(0, 0x7E020000),)
        assert any("refused by this profile: clone with" in text for text in texts(policy, Severity.NOTE))

    def test_more_conditions_than_a_filter_holds_are_dropped_with_a_note(self) -> None:
        names = ("ioctl", "keyctl", "bpf", "ptrace", "syslog", "unshare")
        seen = tuple(
            arguments_at(name, {1 if name == "ioctl" else 0: value}) for name in names for value in range(60)
        )
        policy = with_args(
            Args.STRICT, recording(*names, "seccomp", arguments=(*seen, arguments("seccomp", 1)))
        )
        assert [name for name in names if rules(policy, name)[0].conditions] == []
        assert len(rules(policy, "seccomp")[0].conditions) == 1
        text = "bpf was called with more than 32 combinations of arguments: it is allowed with any"
        assert text in texts(policy, Severity.NOTE)

    def test_a_call_that_docker_refuses_is_allowed_and_named(self) -> None:
        policy = policy_of(recording("mount", "keyctl"))
        assert {"mount", "keyctl"} <= allowed(policy)
        assert texts(policy, Severity.WIDER) == [
            "keyctl, called by /bin/a; Docker's default refuses it",
            "mount, called by /bin/a; Docker's default refuses it without CAP_SYS_ADMIN",
        ]
        assert not wider_calls(policy_of(recording("mount", capabilities=(ADMIN,))))
