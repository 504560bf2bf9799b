"""The database alone, by testcontainers."""

from collections.abc import Callable


def test_it_keeps_numbers(cli: Callable[..., str]) -> None:
    assert cli("SET", "stock:tea", "2") == "OK"
    assert cli("DECR", "stock:tea") == "1"


def test_it_saves_a_snapshot(cli: Callable[..., str]) -> None:
    assert cli("SAVE") == "OK"
