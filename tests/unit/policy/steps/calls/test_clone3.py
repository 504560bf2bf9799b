"""clone3 becomes clone, whose flags a filter sees."""

from __future__ import annotations

from tests.support.recordings import (
    ADMIN,
    exactly,
    policy_of,
    recording,
    refusal,
    rules,
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
