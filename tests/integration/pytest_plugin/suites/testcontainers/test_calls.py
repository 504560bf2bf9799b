import pytest

from tests.support.rare_calls import RARE, ask


@pytest.mark.parametrize("name", RARE)
def test_makes(server: str, name: str) -> None:
    ask(server, name)


def test_makes_none(server: str) -> None:
    assert server
