"""What is left of conjunctions without others: exact, against every value that can make a difference."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profilegen.conditions import WHOLE_INT, Condition, Conjunction, Operator
from profilegen.seccomp import difference
from profilegen.seccomp.difference import less, one_by_one
from profilegen.seccomp.matching import satisfies
from tests.unit.seccomp.test_subset import SMALL, alternatives, arguments, checks, libseccomp


@settings(max_examples=400)
@given(alternatives, alternatives)
def test_what_is_left_is_exactly_what_no_other_conjunction_holds_for(
    opening: list[Conjunction], closing: list[Conjunction]
) -> None:
    left = less(opening, closing)
    inside, outside = list(map(libseccomp, opening)), list(map(libseccomp, closing))
    for values in arguments():
        expected = any(satisfies(one, values) for one in inside) and not any(
            satisfies(one, values) for one in outside
        )
        assert any(satisfies(libseccomp(one), values) for one in left) == expected


def test_what_takes_too_long_to_subtract_adds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (Condition(0, Operator.EQUAL, 1),), (Condition(0, Operator.GREATER, 9),)
    closing = [(Condition(0, Operator.EQUAL, 20),)]
    assert len(less([first, second], closing)) == 2
    monkeypatch.setattr(difference, "_STEPS", 2)
    assert less([first, second], closing) == (first,)


@settings(max_examples=400)
@given(st.lists(checks.map(lambda check: replace(check, index=0)), min_size=1, max_size=3).map(tuple))
def test_several_comparisons_of_one_argument_become_single_ones(conditions: Conjunction) -> None:
    singles = [(one,) for one in one_by_one(libseccomp(conditions))]
    for value in (*range(4 * SMALL), WHOLE_INT):
        expected = satisfies(libseccomp(conditions), {0: value})
        assert any(satisfies(one, {0: value}) for one in singles) == expected


@given(st.lists(checks.map(lambda check: replace(check, index=0)), min_size=1, max_size=3).map(tuple))
def test_single_comparisons_open_no_large_number_that_the_several_do_not(conditions: Conjunction) -> None:
    for value in (WHOLE_INT + 1, WHOLE_INT + 2, 2**33 - 1, 2**63, 2**64 - 1):
        if any(satisfies((one,), {0: value}) for one in one_by_one(libseccomp(conditions))):
            assert satisfies(libseccomp(conditions), {0: value})


def test_a_hostile_profile_takes_no_time() -> None:
    """Thousands of alternatives that all overlap; what is not decided within the bound is left out."""
    opening = [(Condition(0, Operator.NOT_EQUAL, number),) for number in range(3000)]
    closing = [(Condition(0, Operator.MASKED_EQUAL, WHOLE_INT, number),) for number in range(3000)]
    assert less(opening, closing) == ()
