"""testcontainers: each process has a session of its own; containers are ended by SIGKILL."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from testcontainers.core.container import DockerContainer

from tests.support.containers import address
from tests.support.rare_calls import COMMAND, IMAGE


@pytest.fixture(scope="session")
def server(profilegen_kwargs: Callable[[str], dict[str, Any]]) -> Iterator[str]:
    container = DockerContainer(IMAGE, labels={"profilegen.subject": "server"}, **profilegen_kwargs("server"))
    with container.with_command(COMMAND) as started:
        yield address(str(started.get_wrapped_container().id))
