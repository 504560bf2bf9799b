"""Why a Docker daemon does not answer, in one sentence, with what to do about it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from profilegen.errors import EngineUnreachableError
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARIABLE = "DOCKER_HOST"
_DEFAULT = "unix:///var/run/docker.sock"
_LONGEST = 200  # characters of an address, and of what the SDK says


def docker_unreachable(error: BaseException) -> EngineUnreachableError:
    """The error to raise for one of the SDK.

    Args:
        error: raised by the SDK while it connected.
    """
    chosen = os.environ.get(_VARIABLE, "")
    host = printable(chosen or _DEFAULT, _LONGEST)
    if chosen.startswith("ssh://"):
        return EngineUnreachableError(
            f"{_VARIABLE}={host} is another machine: its containers can only be recorded there",
            f"run profilegen on that machine, or unset {_VARIABLE} for the containers of this one",
        )
    origin = f" (from {_VARIABLE})" if chosen else ""
    cause = f"Docker does not answer at {host}{origin}: {_reason(error)}"
    if any(isinstance(one, PermissionError) for one in _chain(error)):
        return EngineUnreachableError(cause, "run it as root: sudo profilegen ...")
    correct = f"correct {_VARIABLE}, or unset it: Docker listens at {_DEFAULT} by default"
    return EngineUnreachableError(cause, correct if chosen else "")


def _reason(error: BaseException) -> str:
    """The operating system's word for it; else the first line of what the SDK says."""
    for one in _chain(error):
        if isinstance(one, PermissionError):
            return "permission denied for this user"
        if isinstance(one, TimeoutError):
            return "timed out"
        if isinstance(one, OSError) and one.strerror:
            return printable(one.strerror[:1].lower() + one.strerror[1:], _LONGEST)
    return printable(str(error).strip().partition("\n")[0], _LONGEST) or type(error).__name__


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
