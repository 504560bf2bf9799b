"""Arguments that timing decides: the data, what it adds to a recording, and what it never does."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.abi import Abi
from profilegen.errors import DataFileError
from profilegen.files import resources
from profilegen.policy.model import Policy, Severity, Why
from profilegen.policy.options import Args, DeriveOptions
from profilegen.recording import Host, Phase, Recording, SyscallArguments
from profilegen.seccomp.read import parse
from profilegen.seccomp.reference import DOCKER, Reference
from profilegen.tables.argument_translation import translated_values
from profilegen.tables.arguments import MAX_COMBINATIONS, masks
from profilegen.tables.syscalls import table
from profilegen.tables.timing_arguments import ImpliedArguments, implied_arguments
from tests.support.recordings import arguments, call, derive, recording, rules, texts, wider_calls

TRACEME, CONT, KILL, ATTACH, DETACH, SYSCALL = 0, 7, 8, 16, 17, 24
SETOPTIONS, GETEVENTMSG, GETSIGINFO, SEIZE, INTERRUPT, LISTEN = (
    *(0x4200, 0x4201, 0x4202),
    *(0x4206, 0x4207, 0x4208),
)
GETLK, SETLK, SETLKW = 5, 6, 7
TCGETS, TCSETSW, TIOCSPGRP = 0x5401, 0x5403, 0x5410

REQUESTS = st.sets(st.sampled_from([TRACEME, CONT, ATTACH, SYSCALL, SEIZE, LISTEN, DETACH]), min_size=1)


def made(name: str, *values: int, abi: Abi = Abi.X86_64) -> Recording:
    """Recorded with these values of the call's one recorded argument."""
    ((index, _),) = masks(abi)[name]
    seen = tuple(SyscallArguments(abi=abi, name=name, values=((index, value),)) for value in values)
    hosts = (Host(kernel="6.1", arch=abi.native),)
    return recording(syscalls=(call(name, abi),), arguments=seen, hosts=hosts)


def values(policy: Policy, name: str) -> set[int]:
    """Values of the one argument that the call is allowed with."""
    (rule,) = rules(policy, name)
    assert all(len(conditions) == 1 for conditions in rule.conditions)
    return {conditions[0].value_two for conditions in rule.conditions}


def strict(one: Recording, measure: Reference = DOCKER, *, portable: bool = True) -> Policy:
    return derive([one], DeriveOptions(args=Args.STRICT, measure=measure, portable=portable))


def lines(arch: Abi = Abi.X86_64) -> tuple[ImpliedArguments, ...]:
    return implied_arguments(arch)


class TestData:
    def test_every_line_is_of_recorded_arguments_and_names_its_evidence(self) -> None:
        """Of a call with one recorded argument, which is whole: words of the data need no mask."""
        for line in lines():
            abis = [abi for abi in Abi if line.name in table(abi).names and line.name in masks(abi)]
            assert abis, line
            for abi in abis:
                for one in line.seen | line.values:
                    assert [index for index, _ in one] == [index for index, _ in masks(abi)[line.name]]
                    assert all(0 <= value <= 0xFFFFFFFF for _, value in one)
            assert line.abi == "any" or Abi(line.abi) in abis
            assert line.evidence
            assert line.group

    def test_every_line_adds_something_to_something(self) -> None:
        for line in lines():
            assert line.seen
            assert line.values - line.seen == line.values
            assert len(line.values) < MAX_COMBINATIONS / 8

    @pytest.mark.parametrize("abi", Abi)
    def test_a_number_means_the_same_wherever_it_is_compared(self, abi: Abi) -> None:
        """An architecture that has another number for it makes no conditions of such a call."""
        for line in lines():
            if line.abi == "any" and line.name in table(abi).names:
                for one in line.seen | line.values:
                    assert translated_values(line.name, one, line.name, Abi.ARM64, abi) in (None, one)

    def test_dockers_default_allows_all_of_it(self) -> None:
        for line in lines():
            assert DOCKER.allows_for(line.name, Abi.X86_64, frozenset()) in ((), None)

    @pytest.mark.parametrize("name", ["clone", "socket", "socketpair", "mprotect", "mmap", "bpf", "unshare"])
    def test_what_opens_more_is_never_decided_by_timing(self, name: str) -> None:
        assert name not in {line.name for line in lines()}

    def test_no_request_that_reads_or_writes_a_tracee_is_added(self) -> None:
        """Memory and registers; nor one that begins to trace."""
        added = {value for line in lines() if line.name == "ptrace" for ((_, value),) in line.values}
        assert added == {KILL, DETACH, GETEVENTMSG, GETSIGINFO, INTERRUPT, LISTEN}

    @pytest.mark.parametrize("value", ["0=x", "zero", "7"])
    def test_a_damaged_line_is_refused(self, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
        text = f"name,abi,seen,values,group,evidence\nptrace,any,0=0x7,{value},tracer,x\n"
        monkeypatch.setattr(resources, "read_table", lambda _: text)
        implied_arguments.cache_clear()
        try:
            with pytest.raises(DataFileError, match=r"timing_arguments\.csv"):
                implied_arguments(Abi.X86_64)
        finally:
            implied_arguments.cache_clear()


class TestAdded:
    @pytest.mark.parametrize("abi", [Abi.X86_64, Abi.ARM64])
    def test_how_a_tracee_stops(self, abi: Abi) -> None:
        """As strace traces."""
        policy = strict(made("ptrace", SEIZE, SYSCALL, SETOPTIONS, abi=abi))
        added = {DETACH, GETEVENTMSG, GETSIGINFO, INTERRUPT, LISTEN}
        assert values(policy, "ptrace") == {SEIZE, SYSCALL, SETOPTIONS, *added}

    def test_how_a_debugged_program_ends(self) -> None:
        policy = strict(made("ptrace", TRACEME, CONT))
        assert values(policy, "ptrace") == {TRACEME, CONT, KILL, DETACH, GETEVENTMSG, GETSIGINFO}

    def test_a_lock_that_was_free(self) -> None:
        assert values(strict(made("fcntl", SETLK)), "fcntl") >= {GETLK, SETLK, SETLKW}

    def test_a_job_that_had_ended(self) -> None:
        policy = strict(made("ioctl", TCGETS, TIOCSPGRP))
        assert values(policy, "ioctl") >= {TCGETS, TCSETSW, TIOCSPGRP}

    def test_the_exact_profile_has_it_too(self) -> None:
        policy = strict(made("ptrace", SEIZE), portable=False)
        assert values(policy, "ptrace") == {SEIZE, DETACH, INTERRUPT, LISTEN}

    def test_the_reason_names_it_with_its_evidence(self) -> None:
        (rule,) = rules(strict(made("ptrace", SEIZE)), "ptrace")
        (reason,) = [reason for reason in rule.reasons if reason.why is Why.ARGUMENTS]
        assert reason.text.startswith(
            "allowed with the arguments that it was recorded with, and those that timing decides: "
            "argument 0 = 17 or argument 0 = 0x4207 or argument 0 = 0x4208 (strace 6.1 src/strace.c "
        )

    def test_what_was_recorded_is_not_said_to_be_added(self) -> None:
        (rule,) = rules(strict(made("ptrace", SEIZE, DETACH, INTERRUPT, LISTEN)), "ptrace")
        assert rule.reasons[-1].text == "allowed with the arguments that it was recorded with"

    def test_on_an_architecture_that_was_not_recorded(self) -> None:
        options = DeriveOptions(arch=Abi.RISCV64, args=Args.STRICT)
        assert values(derive([made("fcntl", SETLK)], options), "fcntl") >= {GETLK, SETLK, SETLKW}


class TestNotAdded:
    def test_a_traced_program_does_not_trace(self) -> None:
        assert values(strict(made("ptrace", TRACEME)), "ptrace") == {TRACEME}

    def test_whoever_attaches_does_not_seize(self) -> None:
        found = values(strict(made("ptrace", ATTACH, CONT)), "ptrace")
        assert not found & {SEIZE, INTERRUPT, LISTEN, TRACEME, SETOPTIONS}

    def test_all_of_what_a_line_waits_for_must_be_recorded(self) -> None:
        assert TCSETSW not in values(strict(made("ioctl", TCGETS)), "ioctl")
        assert TCSETSW not in values(strict(made("ioctl", TIOCSPGRP)), "ioctl")

    def test_a_lock_that_is_waited_for_is_not_tried(self) -> None:
        assert not values(strict(made("fcntl", SETLKW)), "fcntl") & {GETLK, SETLK}

    def test_what_the_runtime_alone_asks_for_brings_nothing(self) -> None:
        """Without a filter it is not seen: the profile must not depend on that."""
        one = made("fcntl", SETLK)
        (item,) = one.arguments
        for phases, brings in (((Phase.RUNTIME,), False), ((Phase.APP, Phase.RUNTIME), True)):
            changed = one.model_copy(update={"arguments": (item.model_copy(update={"phases": phases}),)})
            assert (SETLKW in values(strict(changed), "fcntl")) is brings

    def test_of_another_call_nothing(self) -> None:
        one = recording("prctl", "ptrace", arguments=(arguments("ptrace", SEIZE), arguments("prctl", SETLK)))
        assert not values(strict(one), "prctl") & {GETLK, SETLKW, DETACH, LISTEN}

    @pytest.mark.parametrize("args", [Args.NONE, Args.DEFAULT])
    def test_a_call_without_conditions_needs_nothing(self, args: Args) -> None:
        (rule,) = rules(derive([made("ptrace", SEIZE)], DeriveOptions(args=args)), "ptrace")
        assert not rule.conditions
        assert not any("timing decides" in reason.text for reason in rule.reasons)

    @given(REQUESTS, REQUESTS, st.sampled_from([(), (LISTEN,), (DETACH,), (CONT,)]))
    def test_a_larger_recording_has_all_of_it(
        self, small: set[int], more: set[int], refused: tuple[int, ...]
    ) -> None:
        """And nothing that was neither recorded nor is in the data, whatever the measure refuses."""
        measure = refusing(*refused) if refused else DOCKER
        found = values(strict(made("ptrace", *small), measure), "ptrace")
        assert small <= found <= small | {KILL, DETACH, GETEVENTMSG, GETSIGINFO, INTERRUPT, LISTEN}
        assert not (found - small) & set(refused)
        assert found <= values(strict(made("ptrace", *small, *more), measure), "ptrace")


def refusing(*requests: int) -> Reference:
    """Allows everything but these requests of ptrace; none: but ptrace."""
    rule: dict[str, object] = {"names": ["ptrace"], "action": "SCMP_ACT_ERRNO"}
    compared = [
        {**rule, "args": [{"index": 0, "value": request, "op": "SCMP_CMP_EQ"}]} for request in requests
    ]
    content = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": compared or [rule]}
    return Reference.of_document(parse(json.dumps(content).encode(), "other").document, "other.json")


class TestWithinTheMeasure:
    def test_what_the_measure_refuses_is_left_out_and_named(self) -> None:
        policy = strict(made("ptrace", SEIZE), refusing(LISTEN))
        assert values(policy, "ptrace") == {SEIZE, DETACH, INTERRUPT}
        assert "ptrace with argument 0 = 0x4208: left out, though timing decides about it; " in "\n".join(
            texts(policy, Severity.NOTE)
        )
        assert not wider_calls(policy)

    def test_what_is_seen_though_it_refuses_the_call_brings_nothing_else(self) -> None:
        """And is named as wider, as ever."""
        policy = strict(made("ptrace", SEIZE), refusing())
        assert values(policy, "ptrace") == {SEIZE}
        assert len(wider_calls(policy)) == 1
