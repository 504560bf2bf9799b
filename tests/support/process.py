"""`record --process` where no engine answers."""

from pathlib import Path

from tests.support.recorder import profilegen

NO_ENGINE = {"DOCKER_HOST": "unix:///nowhere"}


def process(directory: Path, *command: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
    """Record a command; its status, and what was said."""
    done = profilegen(
        "record", "--process", "-o", str(directory), *options, "--", *command, environment=NO_ENGINE
    )
    return done.status, done.err
