"""The command line of docker run: where flags go in, and what ends before its program does."""

from __future__ import annotations

import pytest

from profilegen.enforce.container_command import require_status, starting_word, with_flags
from profilegen.errors import ExitCode, NothingTestedError


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ("docker run image", 1),
        ("/usr/bin/podman create image", 1),
        ("docker container run image", 2),
        ("docker --host unix:///x run image", 3),
        ("docker --debug run image", 2),
        ("docker exec it run", None),
        ("docker compose run web", None),
        ("sh -c run", None),
        ("docker", None),
    ],
)
def test_flags_go_in_after_run(command: str, place: int | None) -> None:
    words = command.split()
    assert starting_word(words) == place
    if place is not None:
        found = with_flags(words, place, ["--x"])
        assert found[place + 1] == "--x"
        assert [word for word in found if word != "--x"] == words


@pytest.mark.parametrize(
    "command",
    [
        "docker run -d image",
        "docker run -itd image",
        "docker run -dit image",
        "docker run --detach image",
        "docker run --detach=true image",
        "docker run -d=1 image",
        "docker run --rm --name web --detach image",
        "docker run -e A=b -dp 80:80 image",
        "docker run --detach=false -d image",
        "docker run -h -d -d image",
        "docker --debug container run -d image",
        "/usr/bin/podman run --replace -d image",
        "podman --log-level debug run --tls-verify=false -d image",
    ],
)
def test_one_that_detaches_is_refused(command: str) -> None:
    with pytest.raises(NothingTestedError, match="says nothing about the program") as caught:
        require_status(command.split())
    assert caught.value.exit_code is ExitCode.USAGE
    assert "leave out -d" in caught.value.hint


@pytest.mark.parametrize("command", ["docker create image", "podman container create --rm image"])
def test_one_that_only_creates_is_refused(command: str) -> None:
    with pytest.raises(NothingTestedError, match="create starts nothing"):
        require_status(command.split())


@pytest.mark.parametrize(
    "command",
    [
        "docker run --rm image",
        "docker run image ls -d /tmp",
        "docker run -it image sh -cd",
        "docker run --name -d image",
        "docker run -w -d image",
        "docker run -e=-d image",
        "docker run -ed image",
        "docker run -ite d image",
        "docker run --detach-keys ctrl-d image",
        "docker run -d --detach=false image",
        "docker run -d=f image",
        "docker run -- image -d",
        "docker compose up -d",
        "sh -c ./test.sh -d",
        "docker run",
    ],
)
def test_one_that_waits_for_its_program_is_not(command: str) -> None:
    require_status(command.split())


def test_the_option_is_named_as_it_was_typed() -> None:
    with pytest.raises(NothingTestedError, match=r"^podman run -itd ends"):
        require_status(["/opt/podman", "run", "-itd", "image"])
