"""What is contained in what: exact, against every value that can make a difference."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profilegen.abi import Abi
from profilegen.conditions import WHOLE_INT, Condition, Conjunction, Operator
from profilegen.seccomp import subset as containment
from profilegen.seccomp.matching import admits, allows, covers, satisfies
from profilegen.seccomp.reference import DOCKER
from profilegen.seccomp.subset import TooManyStepsError, Values, counterexample, overlap

SMALL = 8
"""Constants stay below, so that arguments below twice as much stand for all others."""

numbers = st.integers(0, SMALL - 1)
checks = st.builds(Condition, st.integers(0, 1), st.sampled_from(Operator), numbers, numbers).map(
    lambda check: check if check.operator is Operator.MASKED_EQUAL else replace(check, value_two=0)
)
conjunctions = st.lists(checks, max_size=3).map(tuple)
alternatives = st.lists(conjunctions, max_size=4)


def libseccomp(one: Conjunction) -> Conjunction:
    """It takes no bit of a value that is not in its mask."""
    return tuple(
        replace(check, value_two=check.value_two & check.value)
        if check.operator is Operator.MASKED_EQUAL
        else check
        for check in one
    )


def arguments() -> list[dict[int, int]]:
    return [dict(enumerate(pair)) for pair in product(range(2 * SMALL), repeat=2)]


@settings(max_examples=400)
@given(conjunctions, alternatives)
def test_it_is_contained_exactly_if_no_arguments_say_otherwise(
    one: Conjunction, base: list[Conjunction]
) -> None:
    clean, others = libseccomp(one), [libseccomp(other) for other in base]
    loose = [v for v in arguments() if satisfies(clean, v) and not any(satisfies(o, v) for o in others)]
    found = counterexample(one, base)
    assert (found is None) == (not loose)
    if found is not None:
        values = {0: 0, 1: 0} | dict(found)
        assert satisfies(clean, values)
        assert not any(satisfies(other, values) for other in others)


@settings(max_examples=400)
@given(conjunctions, conjunctions)
def test_two_meet_exactly_if_some_arguments_satisfy_both(one: Conjunction, other: Conjunction) -> None:
    both = (*libseccomp(one), *libseccomp(other))
    assert overlap(one, other) == any(satisfies(both, values) for values in arguments())


@given(st.builds(Values, *[st.integers(0, 31)] * 4))
def test_the_smallest_value_is_the_smallest(values: Values) -> None:
    values = values._replace(bits=values.bits & values.mask)
    having = [n for n in range(values.low, values.high + 1) if n & values.mask == values.bits]
    assert values.smallest() == (having[0] if having else None)


def masked(mask: int, value: int, index: int = 0) -> Condition:
    return Condition(index=index, operator=Operator.MASKED_EQUAL, value=mask, value_two=value)


class TestDockersDefault:
    """Against the conditions that matter most."""

    @pytest.mark.parametrize(
        ("name", "conditions", "contained"),
        [
            ("socket", (masked(WHOLE_INT, 2),), True),
            ("socket", (masked(WHOLE_INT, 2), masked(0xF, 1, 1)), True),
            ("socket", (masked(WHOLE_INT, 38),), False),
            ("socket", (masked(WHOLE_INT, 39),), True),
            ("socket", (masked(WHOLE_INT, 40),), False),
            ("socket", (masked(0xF, 1, 1),), False),
            ("socket", (masked(0x38, 0x20),), False),  # 32 to 39: 38 among them
            ("socket", (masked(0x3F, 0x20),), True),
            ("clone", (masked(0x7E020000, 0),), True),
            ("clone", (masked(WHOLE_INT, 0x11),), True),
            ("clone", (masked(0x7E020000, 0x10000000),), False),
            ("clone", (masked(0x10000000, 0),), False),
            ("personality", (masked(WHOLE_INT, 0xFFFFFFFF),), True),
            ("personality", (masked(WHOLE_INT, 0x400000),), False),
            ("personality", (), False),
        ],
    )
    def test_a_mask_is_compared_with_its_conditions(
        self, name: str, conditions: tuple[Condition, ...], contained: bool
    ) -> None:
        base = DOCKER.allows_for(name, Abi.X86_64, frozenset())
        assert base
        assert covers(base, conditions) is contained
        assert allows(base, conditions) is contained
        assert not allows(None, conditions)
        assert allows((), conditions)

    def test_two_halves_contain_the_whole(self) -> None:
        low = Condition(index=0, operator=Operator.LESS, value=7)
        high = Condition(index=0, operator=Operator.GREATER_EQUAL, value=7)
        assert covers(((low,), (high,)), ())
        assert covers(((low,), (high,)), (masked(1, 1),))
        assert not covers(((low,),), (masked(1, 1),))

    def test_the_noise_in_an_ints_upper_half_is_nothing(self) -> None:
        """The kernel cuts it off, a condition on 64 bits does not know."""
        exact = Condition(index=0, operator=Operator.EQUAL, value=8)
        assert covers(((exact,),), (masked(WHOLE_INT, 8),))
        assert not admits(((exact,),), {0: 8 | 1 << 32})
        assert not covers(((exact,),), (masked(0xFFFF, 8),))


def test_what_takes_too_long_is_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile of an enemy: every alternative cuts what is left into more pieces, and the last has all."""
    base: list[Conjunction] = [
        tuple(Condition(index, Operator.MASKED_EQUAL, 2**64 - 1, number) for index in range(6))
        for number in range(3000)
    ]
    with pytest.raises(TooManyStepsError):
        counterexample((), [*base, ()])
    assert not covers([*base, ()], ())
    few = [one[:2] for one in base[:3]]
    assert covers([*few, ()], ())
    monkeypatch.setattr(containment, "_STEPS", 10)
    assert not covers([*few, ()], ())
