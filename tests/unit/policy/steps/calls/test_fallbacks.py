"""Calls that a libc falls back from are answered ENOSYS."""

from __future__ import annotations

from profilegen.abi import Abi
from tests.support.recordings import (
    call,
    policy_of,
    recording,
    rules,
)


def test_calls_that_a_libc_falls_back_from_are_answered_enosys() -> None:
    (rule,) = rules(policy_of(recording()), "statx")
    assert rule.errno == 38
    assert rules(policy_of(recording("statx")), "statx")[0].errno is None


def test_time64_calls_are_answered_only_beside_32_bit_calls() -> None:
    assert not rules(policy_of(recording()), "futex_time64")
    (rule,) = rules(policy_of(recording(syscalls=(call("write", Abi.I386),))), "futex_time64")
    assert rule.errno == 38
