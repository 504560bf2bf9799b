"""The shop and its database together, by pytest-docker."""

import json
import urllib.error
import urllib.request

import pytest


def call(url: str, method: str = "GET") -> tuple[int, dict]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture
def stock(docker_services) -> None:
    docker_services._docker_compose.execute("exec -T db redis-cli SET stock:tea 2")


def test_an_unknown_item_is_not_there(shop: str) -> None:
    assert call(f"{shop}/stock/coffee")[0] == 404


def test_what_is_left_is_told(shop: str, stock: None) -> None:
    assert call(f"{shop}/stock/tea") == (200, {"item": "tea", "left": 2})


def test_an_order_takes_one(shop: str, stock: None) -> None:
    assert call(f"{shop}/order/tea", "POST") == (201, {"item": "tea", "left": 1})
    assert call(f"{shop}/stock/tea")[1]["left"] == 1


def test_nobody_gets_what_is_not_there(shop: str, stock: None) -> None:
    for _ in range(2):
        assert call(f"{shop}/order/tea", "POST")[0] == 201
    assert call(f"{shop}/order/tea", "POST") == (409, {"item": "tea", "left": 0})
