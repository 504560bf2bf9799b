"""The command that starts a container under the profiles that ``emit`` has written."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from profilegen.formats import compose, registry
from profilegen.profiles.folder import file_of
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from profilegen.formats.registry import Format
    from profilegen.policy.model import Policy


def next_command(profiles: Path, files: Mapping[str, Format], policy: Policy) -> str:
    """What to type next; a program outside of containers has systemd's spelling.

    Args:
        profiles: the subject's folder.
        files: the formats that were written, by name.
        policy: the subject's first.
    """
    if not policy.runtimes:
        return printable(
            f"for systemd see {profiles / 'capabilities.txt'}; for a container emit --runtime any"
        )
    words = ["podman run" if policy.engine == "podman" else "docker run"]
    if registry.DOCKER_RUN in files:
        words.append(f"$(cat {shlex.quote(str(profiles / files[registry.DOCKER_RUN].file))})")
    if registry.SECCOMP in files:
        seccomp = profiles / file_of(policy, files[registry.SECCOMP])
        words.append(f"--security-opt seccomp={shlex.quote(str(seccomp))}")
    return printable(" ".join([*words, "IMAGE"]))


def next_compose(profiles: Path) -> str:
    """The command that starts a project under the file that was written for it."""
    return printable(f"docker compose -f compose.yml -f {shlex.quote(str(profiles / compose.FILE))} up")
