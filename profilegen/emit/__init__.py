"""The formats: each turns a policy into the text of one file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from profilegen.emit import apparmor, docker_args, seccomp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from profilegen.policy.model import Policy


class Format(NamedTuple):
    """A file that ``emit`` writes for every subject."""

    file: str
    render: Callable[[Policy], str]


APPARMOR = "apparmor"


def formats(*, with_apparmor: bool = False) -> Mapping[str, Format]:
    """All formats by the name that ``--format`` takes.

    Args:
        with_apparmor: the flags for ``docker run`` name the AppArmor profile.
    """
    return {
        "seccomp": Format("seccomp.json", seccomp.render),
        "caps": Format("docker-run.args", partial(docker_args.render, with_apparmor=with_apparmor)),
        APPARMOR: Format("apparmor", apparmor.render),
    }
