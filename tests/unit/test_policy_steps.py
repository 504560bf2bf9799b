"""What each step of the derivation decides, by example."""

from __future__ import annotations

import pytest

from profilegen.abi import Abi
from profilegen.conditions import Condition, Operator
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
from profilegen.policy.model import Severity, Why
from profilegen.recording import (
    Completeness,
    Host,
    Lost,
    LostCount,
    Phase,
    Recording,
    RefusedSyscall,
    SeccompMode,
    Syscall,
    UnknownSyscall,
    gaps,
)
from tests.unit.policies import (
    ADMIN,
    RUN,
    RUNC,
    allowed,
    call,
    exactly,
    policy_of,
    recording,
    refusal,
    rules,
    texts,
    wider_calls,
)

TRACER = ("kill", "ptrace", "wait4")


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

    @pytest.mark.parametrize(("arch", "wait"), [(Abi.X86_64, "pause"), (Abi.ARM64, "ppoll")])
    def test_a_tracers_child_may_wait_before_it_is_killed(self, arch: Abi, wait: str) -> None:
        """strace tries PTRACE_SEIZE on a child that pauses, if it has the time."""
        hosts = (Host(kernel="6.1", arch=arch),)
        syscalls = tuple(Syscall(abi=arch, name=name, phases=(Phase.APP,)) for name in TRACER)
        assert wait in allowed(policy_of(recording(syscalls=syscalls, hosts=hosts)))
        for name in TRACER:
            fewer = tuple(one for one in syscalls if one.name != name)
            assert wait not in allowed(policy_of(recording(syscalls=fewer, hosts=hosts)))


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
        assert any("recorded with seccomp off" in text for text in texts(policy, Severity.NOTE))

    def test_of_another_runtime_the_calls_are_added_and_those_of_the_recorded_one_are_not(self) -> None:
        start = Syscall(abi=Abi.X86_64, name="uname", phases=(Phase.RUNTIME,), programs=("/usr/bin/runc",))
        one = recording(syscalls=(start, call("read")))
        under = {name: allowed(derive([one], Options(runtimes=(name,)))) for name in ("crun", "runc")}
        assert {"setresuid", "close_range"} <= under["crun"]
        assert not {"uname", "fstatfs", "faccessat2"} & under["crun"]
        assert {"uname", "fstatfs", "setgroups", "recvfrom"} <= under["runc"]
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

    @pytest.mark.parametrize(
        ("seen", "added"),
        [
            ("unlinkat", "unlink rmdir"),
            ("unlink rmdir", "unlinkat"),
            ("fchownat", "chown lchown"),
            ("chown openat", "fchownat"),
            ("linkat", "link"),
            ("symlinkat", "symlink"),
            ("symlink", "symlinkat"),
            ("mkdirat", "mkdir"),
            ("mkdir", "mkdirat"),
            ("readlinkat", "readlink"),
            ("readlink", "readlinkat"),
        ],
    )
    def test_busybox_and_coreutils_call_the_one_or_the_other(self, seen: str, added: str) -> None:
        assert set(added.split()) <= allowed(policy_of(recording(*seen.split())))
        exact = allowed(derive([recording(*seen.split())], Options(portable=False)))
        assert not exact & set(added.split())

    @pytest.mark.parametrize(
        ("seen", "more"),
        [("unlink", "unlinkat"), ("rmdir", "unlinkat"), ("link", "linkat"), ("lchown", "fchownat")],
    )
    def test_what_would_open_more_is_not_added(self, seen: str, more: str) -> None:
        assert more not in allowed(policy_of(recording(seen)))

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


class TestCompleteness:
    def test_all_gaps_are_in_one_error(self) -> None:
        missing = Completeness(
            lost=(LostCount(what=Lost.ARGUMENTS, count=7), LostCount(what=Lost.PATHS, count=3)),
            unknown_syscalls=(UnknownSyscall(abi=Abi.X86_64, number=999, executed=True),),
        )
        late = RUNC.model_copy(update={"late": True})
        with pytest.raises(IncompleteRecordingError) as caught:
            policy_of(recording(containers=(late,), completeness=missing), need_paths=True)
        for part in (
            "web was already running",
            "7 lost events about arguments",
            "3 lost events about paths",
            "call 999",
        ):
            assert part in caught.value.cause

    def test_a_late_container_has_to_be_created_again(self) -> None:
        late = RUNC.model_copy(update={"late": True})
        with pytest.raises(IncompleteRecordingError, match="web was already running") as caught:
            policy_of(recording(containers=(late,)))
        assert "create the container again while record runs" in caught.value.hint

    def test_skipped_programs_may_have_missed_anything(self) -> None:
        one = recording(completeness=Completeness(lost=(LostCount(what=Lost.EVENTS, count=7),)))
        assert gaps(one) == ("lost 7 events (the kernel skipped a program of the tracer)",)
        with pytest.raises(IncompleteRecordingError, match=r"7 lost events$"):
            policy_of(one)

    def test_answered_calls_that_were_not_found_are_a_gap(self) -> None:
        one = recording(completeness=Completeness(lost=(LostCount(what=Lost.ANSWERED_SYSCALLS, count=1),)))
        (gap,) = gaps(one)
        assert gap == "lost 1 answered_syscalls (too many of a program's own filter waited at once)"
        with pytest.raises(IncompleteRecordingError, match=r"1 lost event about answered syscalls$"):
            policy_of(one)

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
        assert any("999" in text for text in texts(policy, Severity.NOTE))

    def test_many_numbers_without_a_name_are_one_note_and_one_gap(self) -> None:
        unknown = tuple(
            UnknownSyscall(abi=Abi.X86_64, number=number, executed=number % 2 == 0)
            for number in range(1000, 1700)
        )
        one = recording(completeness=Completeness(unknown_syscalls=unknown))
        policy = policy_of(one, allow_unknown=True)
        (note,) = [note for note in policy.notes if "ENOSYS" in note.text]
        assert note.items == tuple(str(number) for number in range(1001, 1700, 2))
        assert note.bounded(2) == (
            "calls of x86_64 without a name, answered ENOSYS (to a newer libc, or to a probe): "
            "1001, 1003 and 348 more"
        )
        listed = "1000, 1002, 1004, 1006, 1008, 1010 and 344 more"
        assert gaps(one) == (f"system calls {listed} (x86_64) ran and have no name in this profilegen",)
        (gap,) = texts(policy, Severity.INCOMPLETE)
        assert gap == f"calls {listed} of x86_64 were executed and have no name"

    def test_gaps_of_several_subjects_are_in_one_error(self) -> None:
        late = recording(containers=(RUNC.model_copy(update={"late": True}),))
        other = late.model_copy(update={"subject": "db"})
        with pytest.raises(IncompleteRecordingError) as caught:
            derive_each([late, other])
        assert "of web is" in caught.value.cause
        assert "of db is" in caught.value.cause


class TestRuns:
    def test_one_run_is_not_enough(self) -> None:
        assert any("one run only" in text for text in texts(policy_of(recording()), Severity.NOTE))

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


class TestRefusedByAnAbiThatMakesNoCall:
    """No rule is for it: the profile does not list the ABI, and no listed one need have the name."""

    @pytest.mark.parametrize(
        ("name", "arch", "absent"),
        [("waitpid", Abi.X86_64, "waitpid"), ("fstat", Abi.ARM64, "fstat64"), ("umask", Abi.X86_64, "umask")],
    )
    def test_it_is_left_out_and_told(self, name: str, arch: Abi, absent: str) -> None:
        refused = RefusedSyscall(runs=(RUN,), abi=Abi.I386, name=name, errno=1)
        policy = derive([recording("read", refused=(refused,))], Options(arch=arch, portable=False))
        assert not rules(policy, absent)
        narrow = Abi.I386 if arch is Abi.X86_64 else Abi.ARM
        text = f"{narrow} calls were refused and none was made: the profile does not list {narrow}"
        assert any(note.startswith(text) for note in texts(policy, Severity.NOTE))

    def test_it_keeps_its_errno_where_the_abi_is_listed(self) -> None:
        refused = RefusedSyscall(runs=(RUN,), abi=Abi.I386, name="stime", errno=1)
        made = (call("read"), call("write", Abi.I386))
        (rule,) = rules(derive([recording(syscalls=made, refused=(refused,))]), "stime")
        assert rule.errno == 1


class TestDefaultErrno:
    """Docker before 23.0 answers EPERM, whatever defaultErrnoRet says."""

    def notes(self, engine: str, version: str, errno: int = 38) -> list[str]:
        container = RUNC.model_copy(update={"engine": engine, "engine_version": version})
        policy = derive([recording(container=container)], Options(default_errno=errno))
        return [text for text in texts(policy, Severity.NOTE) if "defaultErrnoRet" in text]

    @pytest.mark.parametrize("version", ["20.10.24+dfsg1", "19.03.15", "1.13.1", "22.06.0-beta.0"])
    def test_an_engine_that_ignores_it_is_named(self, version: str) -> None:
        (text,) = self.notes("docker", version)
        assert text.startswith(f"Docker {version} does not read defaultErrnoRet (23.0 and later do): ")
        assert text.endswith("get EPERM there, not ENOSYS")

    @pytest.mark.parametrize(
        ("engine", "version"),
        [("docker", "23.0.0"), ("docker", "26.1.5"), ("docker", ""), ("docker", "dev"), ("podman", "4.3.1")],
    )
    def test_one_that_reads_it_or_is_not_known_is_not(self, engine: str, version: str) -> None:
        assert not self.notes(engine, version)

    def test_nor_is_any_where_the_answer_is_the_same(self) -> None:
        assert not self.notes("docker", "20.10.24", errno=1)
        (text,) = self.notes("docker", "20.10.24", errno=13)
        assert text.endswith("not EACCES")


def test_a_choice_of_arguments_is_read() -> None:
    assert parse_args("strict") is Args.STRICT
    with pytest.raises(UsageError, match="none, default or strict, not 'loose'"):
        parse_args("loose")


@pytest.mark.parametrize("text", ["", "0", "4096", "-1", "EXYZ", "1.5", "٣", "100000"])
def test_what_is_no_errno_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        parse_errno(text)
