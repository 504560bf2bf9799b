"""What the user can choose about a derivation."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from profilegen.abi import Abi
from profilegen.errors import UsageError
from profilegen.seccomp.reference import DOCKER, Reference
from profilegen.tables.errnos import numbers

if TYPE_CHECKING:
    from profilegen.policy.decisions import Decision

_NAMES = ("EPERM", "ENOSYS")
_MAX_ERRNO = 4095
"""include/linux/err.h MAX_ERRNO: the kernel caps what a filter answers at it."""

_Choice = TypeVar("_Choice", bound=StrEnum)


class Args(StrEnum):
    """Which recorded arguments become conditions; those of Docker's default always stay."""

    NONE = "none"
    DEFAULT = "default"
    """Of what Docker's default has conditions on, and of address families and types of sockets."""
    STRICT = "strict"
    """Of every call whose arguments are recorded."""


class LowPorts(StrEnum):
    """Whether NET_BIND_SERVICE is kept for ports that were bound where it is not needed."""

    AUTO = "auto"
    """Where the engine that was recorded needs it on its own networks."""
    YES = "yes"
    NO = "no"


@dataclass(frozen=True)
class DeriveOptions:
    """The user's choices about a derivation.

    Attributes:
        arch: native ABI to derive for (default: the one that was recorded).
        default_errno: what a call gets that nothing is known about, by its number on amd64.
        allow_incomplete: go on with a recording that lacks something.
        allow_unknown: go on although calls without a name were executed.
        portable: add what other libcs call instead.
        runtimes: for which container runtimes (default: the recorded ones).
        need_paths: lost paths count as a gap, because an AppArmor profile is asked for.
        measure: what the profile shall not be wider than.
        args: which recorded arguments become conditions.
        init: add what an engine's init calls, recorded with one or not.
        low_ports: what ports below 1024 mean that were bound without a capability.
        decisions: what the project file allows and denies, in its order.
        image: the image that the project file says the subject is of; empty: it does not say.
    """

    arch: Abi | None = None
    default_errno: int = field(default_factory=lambda: _amd64("ENOSYS"))
    allow_incomplete: bool = False
    allow_unknown: bool = False
    portable: bool = True
    runtimes: tuple[str, ...] = ()
    need_paths: bool = False
    measure: Reference = DOCKER
    args: Args = Args.DEFAULT
    init: bool = False
    low_ports: LowPorts = LowPorts.AUTO
    decisions: tuple[Decision, ...] = ()
    image: str = ""


@dataclass(frozen=True)
class Choices:
    """What is chosen for one subject: how its policies are derived, and for which native ABIs."""

    options: DeriveOptions
    arches: tuple[Abi, ...] = ()
    """Empty: the recorded one."""


def parse_errno(text: str) -> int:
    """The number of ``EPERM``, ``ENOSYS`` or a decimal number from 1 to 4095.

    Raises:
        UsageError: it is none of these.
    """
    if text in _NAMES:
        return _amd64(text)
    if text.isascii() and text.isdigit() and 0 < int(text[:5]) <= _MAX_ERRNO:
        return int(text[:5])
    raise UsageError(
        f"{text[:100]!r} is not an errno name",
        f"--default-errno {', '.join(_NAMES)} or a number up to {_MAX_ERRNO}",
    )


def _amd64(name: str) -> int:
    return numbers(Abi.X86_64)[name]


def parse_args(text: str) -> Args:
    """The choice of --args, by its word.

    Raises:
        UsageError: the word is not one of them.
    """
    return _parse(Args, "--args", text)


def parse_low_ports(text: str) -> LowPorts:
    """Whether NET_BIND_SERVICE is kept for low ports, by its word.

    Raises:
        UsageError: the word is not one of them.
    """
    return _parse(LowPorts, "--low-ports", text)


def _parse(kind: type[_Choice], option: str, text: str) -> _Choice:
    try:
        return kind(text)
    except ValueError as error:
        *most, last = kind
        raise UsageError(
            f"{option} takes {', '.join(most)} or {last}, not {text[:100]!r}", "profilegen emit --help"
        ) from error
