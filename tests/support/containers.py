"""Containers as the integration tests handle them: through Docker's own client, as a user does."""

import http.client
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

BASE, PROGRAMS = "profilegen-test/base", "profilegen-test/programs"
DEADLINE = 90.0  # seconds; the slowest is ready in 3 s on a common machine, in 60 s under emulation


def docker(*arguments: str, text: str | None = None) -> str:
    """Run the client and return its standard output; AssertionError with what it said if it fails."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, input=text, check=False)
    assert done.returncode == 0, (
        f"docker {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
    )
    return done.stdout


def succeeds(container: str, *command: str) -> bool:
    """Whether a command in the container ends with status 0."""
    done = subprocess.run(["docker", "exec", container, *command], capture_output=True, check=False)
    return done.returncode == 0


def log(container: str) -> str:
    """What the container has written to both its outputs."""
    done = subprocess.run(
        ["docker", "logs", container],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def state(container: str) -> str:
    """Docker's word for it: created, running, exited, ..."""
    return docker("inspect", "--format", "{{.State.Status}}", container).strip()


def until(condition: Callable[[], bool], container: str, what: str) -> None:
    """Poll until the condition holds; AssertionError with the log at the container's end or the deadline."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert state(container) in {"created", "running"}, (
            f"{container} ended before {what}\n{log(container)}"
        )
        assert time.monotonic() < end, f"{container}: {what} took more than {DEADLINE:g} s\n{log(container)}"
        time.sleep(0.05)


def ended(container: str) -> str:
    """Wait for the container's end, demand status 0, and return what it printed."""
    status = docker("wait", container).strip()
    assert status == "0", f"{container} ended with status {status}\n{log(container)}"
    return log(container)


def address(container: str) -> str:
    """Its address on the first of its networks, "" when it does not run."""
    template = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
    return next(iter(docker("inspect", "--format", template, container).split()), "")


def get(host: str, port: int, path: str, method: str = "GET") -> tuple[int, bytes]:
    """Status and body of one HTTP request."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def serves(container: str, port: int) -> bool:
    """Whether an HTTP server answers in the container."""
    host = address(container)
    try:
        return bool(host) and get(host, port, "/")[0] == http.HTTPStatus.OK
    except OSError:
        return False


@contextmanager
def container(name: str, image: str, *command: str, options: tuple[str, ...] = ()) -> Iterator[str]:
    """A container started in the background, stopped and removed at the end of the block."""
    try:
        docker("run", "--detach", "--name", name, *options, image, *command)
        yield name
        docker("stop", name)
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", name], capture_output=True, check=False)
