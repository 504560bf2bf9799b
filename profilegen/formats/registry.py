"""The formats: each turns a policy into the text of one file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from profilegen.formats import capabilities, seccomp
from profilegen.formats import docker_run as docker_args
from profilegen.formats.apparmor import profile as apparmor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from profilegen.policy.model import Policy


class Format(NamedTuple):
    """A file that ``emit`` writes for every subject."""

    file: str
    render: Callable[[Policy], str]
    by_architecture: bool = False
    """There is one for each architecture."""


APPARMOR, CAPABILITIES, DOCKER_RUN, SECCOMP = "apparmor", "caps", "docker-run", "seccomp"
COMPOSE = "compose"
"""One file for all subjects (compose.py); the others are of each."""


def formats(*, with_apparmor: bool = False) -> Mapping[str, Format]:
    """All formats by the name that ``--format`` takes.

    Args:
        with_apparmor: the flags for ``docker run`` name the AppArmor profile.
    """
    return {
        SECCOMP: Format(seccomp.FILE, seccomp.render, by_architecture=True),
        CAPABILITIES: Format("capabilities.txt", capabilities.render),
        DOCKER_RUN: Format(docker_args.FILE, partial(docker_args.render, with_apparmor=with_apparmor)),
        APPARMOR: Format("apparmor", apparmor.render),
    }
