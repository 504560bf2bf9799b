"""What each step of the derivation decides, by example."""

from __future__ import annotations

import pytest

from profilegen.arch import Abi
from profilegen.capabilities import Capability
from profilegen.comparison import Operator
from profilegen.errors import IncompleteRecordingError, UsageError
from profilegen.policy import (
    Args,
    Options,
    derive,
    derive_each,
    parse_args,
    parse_errno,
    parse_runtimes,
)
from profilegen.policy.model import Condition, Policy, Severity, Why
from profilegen.recording import (
    CapabilityCheck,
    Completeness,
    ExecutedFile,
    Host,
    Lost,
    LostCount,
    Phase,
    Recording,
    SeccompMode,
    Syscall,
    SyscallArguments,
    UnknownSyscall,
)
from tests.unit.policies import (
    RUN,
    RUNC,
    allowed,
    arguments,
    call,
    policy_of,
    recording,
    refusal,
    rules,
    texts,
)

DOCKER_SOCKET = ((Operator.EQUAL, 39), (Operator.GREATER, 40), (Operator.LESS, 38))


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
    return derive([one], Options(args=args))


class TestCalls:
    def test_an_observed_call_names_the_first_program(self) -> None:
        (rule,) = rules(policy_of(recording("uname")), "uname")
        assert [reason.text for reason in rule.reasons] == ["called by /bin/a"]

    def test_a_call_of_the_runtime_phase_names_the_runtime(self) -> None:
        one = Syscall(abi=Abi.X86_64, name="umask", phases=(Phase.RUNTIME,), programs=("/usr/bin/runc",))
        (rule,) = rules(policy_of(recording(syscalls=(one,))), "umask")
        assert [reason.text for reason in rule.reasons] == ["called by the runtime, before its execve"]

    def test_calls_that_timing_decides_are_always_in(self) -> None:
        assert allowed(policy_of(recording())) >= {
            *("restart_syscall", "exit", "exit_group", "rt_sigreturn"),
            *("time", "gettimeofday", "getcpu", "clock_gettime"),
        }
        assert "sigreturn" not in allowed(policy_of(recording()))

    def test_timing_is_closed_over_what_it_adds(self) -> None:
        """A clone brings futex, and that brings sched_yield; a start of crun does not."""
        crun = RUNC.model_copy(update={"runtime": "crun", "runtime_version": "1.8.1"})
        assert "sched_yield" not in allowed(policy_of(recording(container=crun)))
        assert {"futex", "sched_yield"} <= allowed(policy_of(recording("clone", container=crun)))

    def test_timing_is_not_closed_over_what_the_runtime_called(self) -> None:
        """Without a filter it is not seen: the profile must not depend on that."""
        of_runtime = Syscall(abi=Abi.X86_64, name="fcntl", phases=(Phase.RUNTIME,))
        of_program = call("fcntl")
        assert "poll" not in allowed(policy_of(recording(syscalls=(call("connect"), of_runtime))))
        assert "poll" in allowed(policy_of(recording(syscalls=(call("connect"), of_program))))

    def test_sigreturn_is_in_when_32_bit_calls_were_seen(self) -> None:
        policy = policy_of(recording(syscalls=(call("write", Abi.I386),)))
        assert policy.abis == (Abi.X86_64, Abi.I386)
        assert "sigreturn" in allowed(policy)


class TestRuntime:
    def test_a_measured_version_gets_its_own_calls(self) -> None:
        names = allowed(policy_of(recording()))
        assert {"capset", "setgroups", "faccessat2", "fstatfs"} <= names
        assert not {"close_range", "pselect6", "setresuid", "recvfrom"} & names

    def test_no_new_privileges_needs_less(self) -> None:
        policy = policy_of(recording(container=RUNC.model_copy(update={"no_new_privileges": True})))
        assert policy.no_new_privileges
        assert {"execve", "fstatfs", "epoll_ctl"} <= allowed(policy)
        assert not {"capset", "setgroups", "setuid"} & allowed(policy)

    def test_one_container_without_no_new_privileges_is_enough_to_drop_it(self) -> None:
        strict = RUNC.model_copy(update={"id": "b" * 64, "no_new_privileges": True})
        policy = policy_of(recording(containers=(RUNC, strict)))
        assert not policy.no_new_privileges
        assert "capset" in allowed(policy)

    @pytest.mark.parametrize(("version", "expected"), [("1.3.0", False), ("1.4.1-rc1", True), ("9.9", True)])
    def test_a_version_is_looked_up_in_spans_or_gets_all_versions(self, version: str, expected: bool) -> None:
        container = RUNC.model_copy(update={"runtime_version": version})
        assert ("openat2" in allowed(policy_of(recording(container=container)))) is expected

    def test_an_unknown_runtime_gets_all_runtimes_and_a_note(self) -> None:
        policy = policy_of(recording(container=RUNC.model_copy(update={"runtime": "kata"})))
        assert {"capset", "setresuid", "pselect6", "recvfrom"} <= allowed(policy)
        assert any("every known runtime" in text for text in texts(policy, Severity.NOTE))

    def test_without_a_filter_the_runtime_is_the_same_and_it_is_noted(self) -> None:
        bare = RUNC.model_copy(update={"seccomp": SeccompMode.UNCONFINED})
        policy = policy_of(recording(container=bare))
        assert allowed(policy) == allowed(policy_of(recording()))
        assert any("without a seccomp filter" in text for text in texts(policy, Severity.NOTE))

    def test_of_another_runtime_the_calls_are_added_and_those_of_the_recorded_one_are_not(self) -> None:
        start = Syscall(abi=Abi.X86_64, name="umask", phases=(Phase.RUNTIME,), programs=("/usr/bin/runc",))
        one = recording(syscalls=(start, call("read")))
        under = {name: allowed(derive([one], Options(runtimes=(name,)))) for name in ("crun", "runc")}
        assert {"setresuid", "close_range"} <= under["crun"]
        assert not {"getppid", "fstatfs", "setgid"} & under["crun"]
        assert {"umask", "fstatfs", "setgroups", "recvfrom"} <= under["runc"]
        every = allowed(derive([one], Options(runtimes=parse_runtimes(["any"]))))
        assert under["crun"] | under["runc"] < every

    def test_a_chosen_runtime_needs_less_with_no_new_privileges(self) -> None:
        strict = recording(container=RUNC.model_copy(update={"no_new_privileges": True}))
        names = allowed(derive([strict], Options(runtimes=("crun",))))
        assert "close_range" in names
        assert "setresuid" not in names

    def test_a_program_without_a_container_gets_a_runtime_if_one_is_chosen(self) -> None:
        names = allowed(derive([recording("write", containers=())], Options(runtimes=("crun",))))
        assert {"capset", "setresuid", "execve"} <= names

    def test_a_runtime_without_a_baseline_is_a_usage_error_with_the_known_ones(self) -> None:
        with pytest.raises(UsageError, match="'crum'; close are: crun") as caught:
            parse_runtimes(["runc", "crum"])
        assert "crun, runc, youki or any" in caught.value.hint

    def test_without_a_container_there_is_no_baseline(self) -> None:
        policy = policy_of(recording("write", containers=()))
        assert Why.RUNTIME not in {reason.why for rule in policy.syscalls for reason in rule.reasons}


class TestSiblings:
    def test_what_another_libc_calls_instead_is_in(self) -> None:
        names = allowed(policy_of(recording("openat", "newfstatat", "set_tid_address")))
        assert {"open", "stat", "lstat", "fstat", "rseq", "prlimit64", "set_robust_list"} <= names

    def test_each_has_the_calls_beside_it_and_the_source_as_its_reason(self) -> None:
        (rule,) = rules(policy_of(recording("openat")), "open")
        (reason,) = rule.reasons
        assert reason.why is Why.SIBLING
        assert reason.text.startswith("beside openat: musl src/fcntl/open.c")

    def test_exact_leaves_them_out(self) -> None:
        names = allowed(derive([recording("openat", "set_tid_address")], Options(portable=False)))
        assert not {"open", "rseq", "prlimit64", "creat"} & names

    def test_a_path_is_not_opened_by_a_descriptor_alone(self) -> None:
        """newfstatat in place of fstat takes paths: only where paths can be opened anyway."""
        crun = RUNC.model_copy(update={"runtime": "crun"})
        assert "newfstatat" not in allowed(policy_of(recording("fstat", container=crun)))
        assert "newfstatat" in allowed(policy_of(recording("fstat", "open", container=crun)))

    def test_the_runtimes_own_calls_have_none(self) -> None:
        start = Syscall(abi=Abi.X86_64, name="openat", phases=(Phase.RUNTIME,), programs=("/usr/bin/runc",))
        assert "open" not in allowed(policy_of(recording(syscalls=(start,))))

    def test_a_fork_becomes_a_clone_without_namespaces(self) -> None:
        (rule,) = rules(policy_of(recording("fork")), "clone")
        assert rule.conditions == (exactly(0, 0x7E020000),)

    def test_twins_with_64_bit_time_are_in_beside_32_bit_calls(self) -> None:
        names = allowed(policy_of(recording(syscalls=(call("futex", Abi.I386),))))
        assert "futex_time64" in names
        assert "futex_time64" not in allowed(policy_of(recording("futex")))


class TestAnswers:
    def test_calls_that_a_libc_falls_back_from_are_answered_enosys(self) -> None:
        (rule,) = rules(policy_of(recording()), "statx")
        assert rule.errno == 38
        assert rules(policy_of(recording("statx")), "statx")[0].errno is None

    def test_time64_calls_are_answered_only_beside_32_bit_calls(self) -> None:
        assert not rules(policy_of(recording()), "futex_time64")
        (rule,) = rules(policy_of(recording(syscalls=(call("write", Abi.I386),))), "futex_time64")
        assert rule.errno == 38

    def test_a_refused_call_keeps_its_errno(self) -> None:
        (rule,) = rules(policy_of(recording(refused=(refusal("io_uring_setup", 1),))), "io_uring_setup")
        assert rule.errno == 1
        assert rule.reasons[0].text == "refused to /bin/a with EPERM while recording"

    def test_of_several_errnos_the_smallest_is_kept_and_noted(self) -> None:
        policy = policy_of(recording(refused=(refusal("keyctl", 38), refusal("keyctl", 1))))
        assert [rule.errno for rule in rules(policy, "keyctl")] == [1]
        assert any("keyctl was refused with EPERM, ENOSYS" in text for text in texts(policy, Severity.NOTE))

    def test_a_signal_is_only_noted(self) -> None:
        policy = policy_of(recording(refused=(refusal("keyctl", None),)))
        assert not rules(policy, "keyctl")
        assert any("keyctl was refused with SIGSYS" in text for text in texts(policy, Severity.NOTE))

    def test_what_is_allowed_wins_over_what_was_refused(self) -> None:
        (rule,) = rules(policy_of(recording("uname", refused=(refusal("uname", 1),))), "uname")
        assert rule.errno is None

    def test_refused_arguments_of_a_conditional_call_keep_their_errno(self) -> None:
        policy = policy_of(recording("socket", refused=(refusal("socket", 97, 40, 1),)))
        _, answer = rules(policy, "socket")
        assert answer.errno == 97
        assert answer.conditions == (
            (
                *exactly(40),
                Condition(index=1, operator=Operator.MASKED_EQUAL, value=0xF, value_two=1),
            ),
        )

    def test_refused_arguments_that_the_profile_allows_are_noted(self) -> None:
        policy = policy_of(recording("socket", refused=(refusal("socket", 1, 17, 3),)))
        assert len(rules(policy, "socket")) == 1
        assert any("socket was refused" in text for text in texts(policy, Severity.NOTE))

    def test_beside_32_bit_calls_refused_arguments_are_noted(self) -> None:
        """libseccomp gives the rule to socketcall as a whole."""
        calls = (call("socket"), call("write", Abi.I386))
        policy = policy_of(recording(syscalls=calls, refused=(refusal("socket", 97, 40, 1),)))
        assert len(rules(policy, "socket")) == 1
        assert any("32-bit" in text for text in texts(policy, Severity.NOTE))


class TestClone3:
    def test_it_becomes_clone(self) -> None:
        policy = policy_of(recording("clone3"))
        assert [rule.errno for rule in rules(policy, "clone3")] == [38]
        (clone,) = rules(policy, "clone")
        assert clone.conditions == (exactly(0, 0x7E020000),)
        assert any("clone3" in reason.text for reason in clone.reasons)

    def test_it_is_enosys_even_where_it_was_refused_otherwise(self) -> None:
        policy = policy_of(recording(refused=(refusal("clone3", 1),)))
        assert [rule.errno for rule in rules(policy, "clone3")] == [38]

    def test_it_stays_beside_sys_admin(self) -> None:
        policy = policy_of(recording("clone3", capabilities=(ADMIN,)))
        assert [rule.errno for rule in rules(policy, "clone3")] == [None]
        assert not wider_calls(policy)


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
        assert text.startswith("socket with argument 0 = 40 and argument 1 = 1 ")

    def test_without_arguments_a_family_beyond_is_added_to_dockers_conditions(self) -> None:
        seen = (arguments("socket", 40, 1), arguments("socket", 2, 1), arguments("personality", 0))
        policy = with_args(Args.NONE, recording("socket", "personality", "prctl", arguments=seen))
        (rule,) = rules(policy, "socket")
        assert rule.conditions[-1] == exactly(40)
        assert len(rule.conditions) == 4
        assert len(rules(policy, "personality")[0].conditions) == 5
        (text,) = texts(policy, Severity.WIDER)
        assert text.startswith("socket with argument 0 = 40 ")

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
        assert "argument 0 = 0x40000 " in text

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
        exact = derive([native], Options(args=Args.STRICT, portable=False))
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
            "keyctl is allowed because it was seen, Docker's default refuses it",
            "mount is allowed because it was seen, Docker's default refuses it without CAP_SYS_ADMIN",
        ]
        assert not wider_calls(policy_of(recording("mount", capabilities=(ADMIN,))))


class TestCapabilities:
    def test_one_that_the_program_was_granted_is_kept(self) -> None:
        (rule,) = policy_of(recording(capabilities=(check(),))).capabilities
        assert rule.capability is Capability.CAP_CHOWN
        assert [reason.text for reason in rule.reasons] == ["granted to /bin/chown in fchownat"]

    def test_the_kernel_functions_that_asked_are_part_of_the_reason(self) -> None:
        asked = check(askers=("setattr_prepare chown_common",))
        (rule,) = policy_of(recording(capabilities=(asked,))).capabilities
        assert rule.reasons[0].text.endswith("in fchownat (setattr_prepare chown_common)")


class TestFileCapabilities:
    """``ping`` with cap_net_raw+ep asks for nothing, and cannot be executed without NET_RAW."""

    PING = ExecutedFile(path="/bin/ping", examined=True, file_capabilities=(Capability.CAP_NET_RAW,))

    def test_what_an_execve_needs_is_kept_without_any_check(self) -> None:
        ping = self.PING.model_copy(update={"file_effective": True})
        (rule,) = policy_of(recording(executed=(ping,))).capabilities
        assert rule.capability is Capability.CAP_NET_RAW
        assert "execve fails without it" in rule.reasons[0].text

    def test_a_set_that_is_not_effective_at_once_fails_no_execve(self) -> None:
        assert not policy_of(recording(executed=(self.PING,))).capabilities


class TestUsers:
    def notes(self, *executed: ExecutedFile, **container: object) -> str:
        who = RUNC.model_copy(update={"user": "redis", **container})
        return "\n".join(texts(policy_of(recording(container=who, executed=executed)), Severity.NOTE))

    def test_root_is_told_nothing(self) -> None:
        for user in ("", "0", "root", "0:0", "root:www-data"):
            assert "--cap-add" not in self.notes(user=user)
            assert not policy_of(recording(container=RUNC.model_copy(update={"user": user}))).user

    def test_who_is_not_root_is_told_what_would_give_it_any(self) -> None:
        assert "setcap in the image would" in self.notes()
        assert "only these programs give it any: /bin/su" in self.notes(
            ExecutedFile(path="/bin/su", set_user=True)
        )
        assert "nothing gives it any" in self.notes(no_new_privileges=True)

    def test_what_it_was_refused_is_named(self) -> None:
        who = RUNC.model_copy(update={"user": "1000:1000"})
        policy = policy_of(recording(container=who, capabilities=(check(granted=False),)))
        assert "it was refused CHOWN, and went on without" in texts(policy, Severity.NOTE)
        assert policy.user == "1000"


class TestDropped:
    def test_what_it_had_and_never_needed_is_listed(self) -> None:
        had = (Capability.CAP_CHOWN, Capability.CAP_MKNOD)
        policy = policy_of(
            recording(container=RUNC.model_copy(update={"bounding_set": had}), capabilities=(check(),))
        )
        assert policy.dropped == (Capability.CAP_MKNOD,)

    def test_a_powerful_one_beyond_dockers_default_is_named_with_what_it_opens(self) -> None:
        (text,) = texts(policy_of(recording(capabilities=(ADMIN,))), Severity.WIDER)
        assert text.startswith("SYS_ADMIN is kept: it opens mounts")
        assert not texts(policy_of(recording(capabilities=(check(),))), Severity.WIDER)


class TestCompleteness:
    def test_all_gaps_are_in_one_error(self) -> None:
        gaps = Completeness(
            lost=(LostCount(what=Lost.ARGUMENTS, count=7), LostCount(what=Lost.PATHS, count=3)),
            unknown_syscalls=(UnknownSyscall(abi=Abi.X86_64, number=999, executed=True),),
        )
        late = RUNC.model_copy(update={"late": True})
        with pytest.raises(IncompleteRecordingError) as caught:
            policy_of(recording(containers=(late,), completeness=gaps), need_paths=True)
        for part in (
            "web ran already",
            "7 lost events about arguments",
            "3 lost events about paths",
            "call 999",
        ):
            assert part in caught.value.cause

    def test_lost_paths_count_only_for_apparmor(self) -> None:
        one = recording(completeness=Completeness(lost=(LostCount(what=Lost.PATHS, count=3),)))
        assert not texts(policy_of(one), Severity.INCOMPLETE)
        with pytest.raises(IncompleteRecordingError):
            policy_of(one, need_paths=True)

    def test_unknown_calls_can_be_accepted_by_themselves(self) -> None:
        unknown = UnknownSyscall(abi=Abi.X86_64, number=999, executed=True)
        one = recording(completeness=Completeness(unknown_syscalls=(unknown,)))
        with pytest.raises(IncompleteRecordingError) as caught:
            policy_of(one)
        assert "--allow-unknown" in caught.value.hint
        assert texts(policy_of(one, allow_unknown=True), Severity.INCOMPLETE)

    def test_a_probe_of_a_newer_libc_is_only_noted(self) -> None:
        unknown = UnknownSyscall(abi=Abi.X86_64, number=999, executed=False)
        policy = policy_of(recording(completeness=Completeness(unknown_syscalls=(unknown,))))
        assert any("call 999" in text for text in texts(policy, Severity.NOTE))

    def test_gaps_of_several_subjects_are_in_one_error(self) -> None:
        late = recording(containers=(RUNC.model_copy(update={"late": True}),))
        other = late.model_copy(update={"subject": "db"})
        with pytest.raises(IncompleteRecordingError) as caught:
            derive_each([late, other])
        assert "of web is" in caught.value.cause
        assert "of db is" in caught.value.cause


class TestRuns:
    def test_one_run_is_not_enough(self) -> None:
        assert any("one run" in text for text in texts(policy_of(recording()), Severity.NOTE))

    def test_of_several_runs_what_only_one_saw_is_told(self) -> None:
        other = "1" * 32
        both = call("read").model_copy(update={"runs": (RUN, other)})
        policy = policy_of(recording(run_ids=(RUN, other), syscalls=(both, call("write"))))
        assert "seen in one of 2 runs only (1 of 2 calls): write" in texts(policy, Severity.NOTE)


class TestArchitecture:
    def test_the_recorded_one_is_the_default(self) -> None:
        assert policy_of(recording()).arch is Abi.X86_64

    def two(self) -> Recording:
        hosts = (Host(kernel="6.1", arch=Abi.ARM64), Host(kernel="6.1", arch=Abi.X86_64))
        return recording(hosts=hosts, syscalls=(call("openat", Abi.ARM64), call("open")))

    def test_of_two_recorded_ones_the_user_chooses(self) -> None:
        with pytest.raises(UsageError, match="names arm64 and amd64"):
            derive([self.two()])
        names = allowed(derive([self.two()], Options(arch=Abi.ARM64)))
        assert "open" not in names
        assert "time" not in names

    def test_of_two_recorded_ones_that_were_asked_for_the_first_is_the_main_one(self) -> None:
        policies = derive_each([self.two()], None, [Abi.ARM64, Abi.X86_64])
        assert [(one.arch, one.main) for one in policies] == [(Abi.ARM64, True), (Abi.X86_64, False)]


@pytest.mark.parametrize(("text", "number"), [("EPERM", 1), ("ENOSYS", 38), ("13", 13), ("4095", 4095)])
def test_an_errno_is_read(text: str, number: int) -> None:
    assert parse_errno(text) == number


def test_a_choice_of_arguments_is_read() -> None:
    assert parse_args("strict") is Args.STRICT
    with pytest.raises(UsageError, match="no choice"):
        parse_args("loose")


@pytest.mark.parametrize("text", ["", "0", "4096", "-1", "EXYZ", "1.5", "٣", "100000"])
def test_what_is_no_errno_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        parse_errno(text)
