"""Calls of the container runtime are allowed, those that were seen and those that were measured."""

from __future__ import annotations

import pytest

from profilegen.abi import Abi
from profilegen.errors import UsageError
from profilegen.policy.model import Severity, Why
from profilegen.policy.options import DeriveOptions
from profilegen.policy.steps.calls.runtime import parse_runtimes
from profilegen.recording import (
    Phase,
    SeccompMode,
    Syscall,
)
from tests.support.recordings import (
    RUNC,
    allowed,
    call,
    derive,
    policy_of,
    recording,
    rules,
    texts,
)


def test_a_call_of_the_runtime_phase_names_the_runtime() -> None:
    one = Syscall(abi=Abi.X86_64, name="umask", phases=(Phase.RUNTIME,), programs=("/usr/bin/runc",))
    (rule,) = rules(policy_of(recording(syscalls=(one,))), "umask")
    assert [reason.text for reason in rule.reasons] == ["called by the runtime, before its execve"]


def test_a_measured_version_gets_its_own_calls() -> None:
    names = allowed(policy_of(recording()))
    assert {"capset", "setgroups", "faccessat2", "fstatfs"} <= names
    assert not {"close_range", "pselect6", "setresuid", "recvfrom"} & names


def test_no_new_privileges_needs_less() -> None:
    policy = policy_of(recording(container=RUNC.model_copy(update={"no_new_privileges": True})))
    assert policy.no_new_privileges
    assert {"execve", "fstatfs", "epoll_ctl"} <= allowed(policy)
    assert not {"capset", "setgroups", "setuid"} & allowed(policy)


def test_one_container_without_no_new_privileges_is_enough_to_drop_it() -> None:
    strict = RUNC.model_copy(update={"id": "b" * 64, "no_new_privileges": True})
    policy = policy_of(recording(containers=(RUNC, strict)))
    assert not policy.no_new_privileges
    assert "capset" in allowed(policy)


@pytest.mark.parametrize(("version", "expected"), [("1.3.0", False), ("1.4.1-rc1", True), ("9.9", True)])
def test_a_version_is_looked_up_in_spans_or_gets_all_versions(version: str, expected: bool) -> None:
    container = RUNC.model_copy(update={"runtime_version": version})
    assert ("openat2" in allowed(policy_of(recording(container=container)))) is expected


def test_an_unknown_runtime_gets_all_runtimes_and_a_note() -> None:
    policy = policy_of(recording(container=RUNC.model_copy(update={"runtime": "kata"})))
    assert {"capset", "setresuid", "pselect6", "recvfrom"} <= allowed(policy)
    assert any("every known runtime" in text for text in texts(policy, Severity.NOTE))


def test_without_a_filter_the_runtime_is_the_same_and_it_is_noted() -> None:
    bare = RUNC.model_copy(update={"seccomp": SeccompMode.UNCONFINED})
    policy = policy_of(recording(container=bare))
    assert allowed(policy) == allowed(policy_of(recording()))
    assert any("recorded with seccomp off" in text for text in texts(policy, Severity.NOTE))


def test_of_another_runtime_the_calls_are_added_and_those_of_the_recorded_one_are_not() -> None:
    start = Syscall(abi=Abi.X86_64, name="uname", phases=(Phase.RUNTIME,), programs=("/usr/bin/runc",))
    one = recording(syscalls=(start, call("read")))
    under = {name: allowed(derive([one], DeriveOptions(runtimes=(name,)))) for name in ("crun", "runc")}
    assert {"setresuid", "close_range"} <= under["crun"]
    assert not {"uname", "fstatfs", "faccessat2"} & under["crun"]
    assert {"uname", "fstatfs", "setgroups", "recvfrom"} <= under["runc"]
    every = allowed(derive([one], DeriveOptions(runtimes=parse_runtimes(["any"]))))
    assert under["crun"] | under["runc"] < every


def test_a_chosen_runtime_needs_less_with_no_new_privileges() -> None:
    strict = recording(container=RUNC.model_copy(update={"no_new_privileges": True}))
    names = allowed(derive([strict], DeriveOptions(runtimes=("crun",))))
    assert "close_range" in names
    assert "setresuid" not in names


def test_a_program_without_a_container_gets_a_runtime_if_one_is_chosen() -> None:
    names = allowed(derive([recording("write", containers=())], DeriveOptions(runtimes=("crun",))))
    assert {"capset", "setresuid", "execve"} <= names


def test_a_runtime_without_a_baseline_is_a_usage_error_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="'crum'; close are: crun") as caught:
        parse_runtimes(["runc", "crum"])
    assert "crun, runc, youki or any" in caught.value.hint


def test_without_a_container_there_is_no_baseline() -> None:
    policy = policy_of(recording("write", containers=()))
    assert Why.RUNTIME not in {reason.why for rule in policy.syscalls for reason in rule.reasons}
