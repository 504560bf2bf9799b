"""clone3 becomes clone, whose flags a filter sees."""

from __future__ import annotations

from profilegen.capabilities import Capability
from profilegen.policy.model import Severity
from profilegen.vocabulary import CapabilityUse
from tests.support.recordings import (
    ADMIN,
    check,
    exactly,
    policy_of,
    recording,
    refusal,
    rules,
    texts,
    wider_calls,
)


def test_it_becomes_clone() -> None:
    policy = policy_of(recording("clone3"))
    assert [rule.errno for rule in rules(policy, "clone3")] == [38]
    (clone,) = rules(policy, "clone")
    assert clone.conditions == (exactly(0, 0x7E020000),)
    assert any("clone3" in reason.text for reason in clone.reasons)


def test_it_is_enosys_even_where_it_was_refused_otherwise() -> None:
    policy = policy_of(recording(refused=(refusal("clone3", 1),)))
    assert [rule.errno for rule in rules(policy, "clone3")] == [38]


def test_it_stays_beside_sys_admin() -> None:
    policy = policy_of(recording("clone3", capabilities=(ADMIN,)))
    assert [rule.errno for rule in rules(policy, "clone3")] == [None]
    assert not wider_calls(policy)


def test_a_user_namespace_that_clone3_made_is_said_for_a_program_may_know_no_other_way() -> None:
    made = {"capability": Capability.CAP_SETFCAP, "use": CapabilityUse.USER_NAMESPACE}
    by_clone3 = recording("clone3", capabilities=(check(**made, syscalls=("clone3",)),))
    by_unshare = recording("clone3", "unshare", capabilities=(check(**made, syscalls=("unshare",)),))
    said = [any("user namespace" in text for text in texts(policy_of(one), Severity.NOTE))
            for one in (by_clone3, by_unshare)]  # fmt: skip
    assert said == [True, False]
