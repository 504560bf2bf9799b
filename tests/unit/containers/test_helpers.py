"""Containers that nobody means."""

import pytest

from profilegen.containers.helpers import is_helper, is_left_out
from profilegen.containers.model import EngineContainer
from profilegen.containers.selection import Selection

ID = "a" * 64


@pytest.mark.parametrize(
    "reaper",
    [
        EngineContainer(ID, name="testcontainers-ryuk-0d5a"),
        EngineContainer(ID, name="brave_noether", image="registry.example:5000/testcontainers/ryuk:0.8.1"),
    ],
)
def test_the_reaper_of_testcontainers_is_recorded_only_if_it_is_named(reaper: EngineContainer) -> None:
    assert is_left_out(reaper, Selection())
    assert not is_left_out(reaper, Selection((reaper.name,)))


def test_a_container_of_a_test_is_none() -> None:
    assert not is_helper(
        EngineContainer(ID, name="ryuk", image="shop/web", labels={"org.testcontainers": "true"})
    )
