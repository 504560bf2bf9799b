"""Which tests used what: the union has the laws of every merge, and nothing of the evidence changes."""

import pytest
from hypothesis import given

from profilegen.abi import Abi
from profilegen.recording import Attribution, CallInTests, InTests, tested
from profilegen.recording.evidence import attribution as module
from profilegen.recording.evidence.attribution import united
from profilegen.recording.store import dumps, parse
from tests.support.recordings import recording
from tests.support.strategies import attributions


@given(attributions, attributions, attributions)
def test_the_union_is_a_union(one: Attribution, two: Attribution, three: Attribution) -> None:
    assert united((one, two)) == united((two, one))
    assert united((united((one, two)), three)) == united((one, united((two, three))))
    assert united((one, one)) == united((one,)) == united((united((one,)),))


@given(attributions, attributions)
def test_names_stay_with_what_they_were_said_of(one: Attribution, two: Attribution) -> None:
    both = united((one, two))
    for name in ("read", "socket"):
        found = {*tested.of_call(one, name, ()).tests, *tested.of_call(two, name, ()).tests}
        assert set(tested.of_call(both, name, ()).tests) == found


@given(attributions, attributions, attributions)
def test_it_holds_where_names_are_left_out(one: Attribution, two: Attribution, three: Attribution) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "TESTS_KEPT", 3)
        assert united((united((one, two)), three)) == united((one, united((two, three))))


@given(attributions)
def test_it_comes_back_from_the_file(attribution: Attribution) -> None:
    one = recording("read").model_copy(update={"attribution": united((attribution,))})
    there = one.attribution if one.attribution.names else Attribution()
    assert parse(dumps(one).encode(), "x") == one.model_copy(update={"attribution": there})


def test_ten_thousand_tests_and_a_hundred_calls_stay_below_two_megabytes() -> None:
    names = tuple(
        f"tests/test_module_{number // 100:03d}.py::test_something_{number:05d}" for number in range(10_000)
    )
    calls = tuple(
        CallInTests(
            abi=Abi.X86_64,
            name=f"call{number}",
            seen=InTests(call=" ".join(str(place) for place in range(number, 10_000, 7 + number))),
        )
        for number in range(100)
    )
    one = recording("read").model_copy(update={"attribution": Attribution(names=names, calls=calls)})
    assert len(dumps(one)) < 2_000_000
