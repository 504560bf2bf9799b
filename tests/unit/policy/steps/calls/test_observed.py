"""Calls of the program are allowed, with the program that made them."""

from __future__ import annotations

from tests.support.recordings import (
    policy_of,
    recording,
    rules,
)


def test_an_observed_call_names_the_first_program() -> None:
    (rule,) = rules(policy_of(recording("uname")), "uname")
    assert [reason.text for reason in rule.reasons] == ["called by /bin/a"]
