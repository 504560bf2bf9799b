"""What a program adds to a name goes, what a user wrote stays."""

import pytest

from profilegen.containers.random_tails import given_name

TASK, NODE = "k9yq1mvz2d4g7tq0p3x8w5s6b", "abcdefghijklmnopqrstuvwxy"
UUID = "0d8f7c1e-93a2-4b5c-8d6e-f01234567890"
LONG = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "name",
    [
        f"web.1.{TASK}",
        f"web.{NODE}.{TASK}",
        "web-7f9c6d5b4-x2x9k",
        "web-bdcf9f7c8-zzzzz",
        f"web-{UUID}",
        f"web_{LONG[:32]}",
        f"web-{LONG}",
        "web-3f2a9c1b",
        "web_246c64d7bfe1",
        "web.1a2b3c",
        "web-1700000000",
        "web-20240131123000",
        "web-1700000000-3f2a9c1b",
        "web-k3j9x2ab7q1m5z8p",
        f"{LONG[:32]}-web",
    ],
)
def test_a_random_end_is_no_part_of_the_name(name: str) -> None:
    assert given_name(name) == "web"


@pytest.mark.parametrize(
    "name",
    [
        "web",
        "web-1",
        "web-2",
        "web_1",
        "web-8080",
        "node18",
        "redis6",
        "app-v2",
        "web-abc123",
        "my-beef2024",
        "my-beef20240131",
        "db-20240131",
        "my-facade",
        "web-deadbeef",
        "db-postgresql16",
        "app-python3slim",
        "build-x86builder64",
        "ubuntu-amd64linux6",
        "front-end-https",
        "my_redis",
        "happy-turing",
        "a_web_run",
        "cafe1234",
        "3f2a9c1b",
        "test",
        "kafka.1",
        "shop.eu-west-1",
    ],
)
def test_a_name_that_a_user_gave_is_not_cut(name: str) -> None:
    assert given_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "happy_turing",
        "happy_turing3",
        "happy_turing-3f2a9c1b",
        "246c64d7bfe1",
        UUID,
        LONG,
        "pytest-3f2a9c1b",
        "test_3f2a9c1b",
        "b88fcaaa6ca6473ab5c1ef3a2b0ab6ab_postgres13_f0b3d5",
        "runner-t1abc-project-42-concurrent-0-3f2a9c1b3f2a9c1b-postgres-0",
    ],
)
def test_nothing_is_left_of_a_name_that_is_random_as_a_whole(name: str) -> None:
    assert given_name(name) == ""
