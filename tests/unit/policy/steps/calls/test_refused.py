"""Refused calls keep their errno, where the profile does not allow them."""

from __future__ import annotations

from profilegen.abi import Abi
from profilegen.conditions import Condition, Operator
from profilegen.policy.model import Severity
from tests.support.recordings import (
    call,
    exactly,
    policy_of,
    recording,
    refusal,
    rules,
    texts,
)


def test_a_refused_call_keeps_its_errno() -> None:
    (rule,) = rules(policy_of(recording(refused=(refusal("io_uring_setup", 1),))), "io_uring_setup")
    assert rule.errno == 1
    assert rule.reasons[0].text == "refused to /bin/a with EPERM while recording"


def test_of_several_errnos_the_smallest_is_kept_and_noted() -> None:
    policy = policy_of(recording(refused=(refusal("keyctl", 38), refusal("keyctl", 1))))
    assert [rule.errno for rule in rules(policy, "keyctl")] == [1]
    assert any("keyctl was refused with EPERM, ENOSYS" in text for text in texts(policy, Severity.NOTE))


def test_a_signal_is_only_noted() -> None:
    policy = policy_of(recording(refused=(refusal("keyctl", None),)))
    assert not rules(policy, "keyctl")
    assert any("keyctl was refused with SIGSYS" in text for text in texts(policy, Severity.NOTE))


def test_what_is_allowed_wins_over_what_was_refused() -> None:
    (rule,) = rules(policy_of(recording("uname", refused=(refusal("uname", 1),))), "uname")
    assert rule.errno is None


def test_refused_arguments_of_a_conditional_call_keep_their_errno() -> None:
    policy = policy_of(recording("socket", refused=(refusal("socket", 97, 40, 1),)))
    _, answer = rules(policy, "socket")
    assert answer.errno == 97
    assert answer.conditions == (
        (
            *exactly(40),
            Condition(index=1, operator=Operator.MASKED_EQUAL, value=0xF, value_two=1),
        ),
    )


def test_refused_arguments_that_the_profile_allows_are_noted() -> None:
    policy = policy_of(recording("socket", refused=(refusal("socket", 1, 17, 3),)))
    assert len(rules(policy, "socket")) == 1
    assert any("socket was refused" in text for text in texts(policy, Severity.NOTE))


def test_beside_32_bit_calls_refused_arguments_are_noted() -> None:
    """libseccomp gives the rule to socketcall as a whole."""
    calls = (call("socket"), call("write", Abi.I386))
    policy = policy_of(recording(syscalls=calls, refused=(refusal("socket", 97, 40, 1),)))
    assert len(rules(policy, "socket")) == 1
    assert any("32-bit" in text for text in texts(policy, Severity.NOTE))
