"""What a project file may say, as pydantic reads it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic import model_validator as after

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.conditions import WHOLE_INT, Condition, Operator
from profilegen.errors import UsageError
from profilegen.files.untrusted import Many
from profilegen.policy.options import Args, LowPorts
from profilegen.policy.steps.calls.runtime import parse_runtimes
from profilegen.subject import safe_name
from profilegen.tables.errnos import errno_of
from profilegen.tables.sockets import family_number
from profilegen.tables.syscalls import table
from profilegen.vocabulary import Access

_HIGHEST = 2**64 - 1


def _known_call(name: str) -> str:
    if not any(table(abi).number(name) is not None for abi in Abi):
        raise ValueError("there is no such system call on any architecture")
    return name


def _capability(value: Any) -> Any:
    """``CAP_CHOWN`` for that, ``CHOWN`` and ``chown``."""
    if not isinstance(value, str):
        return value
    name = "CAP_" + value.upper().removeprefix("CAP_")
    if name not in set(Capability):
        raise ValueError("there is no such capability")
    return Capability(name)


def _known_family(name: str) -> str:
    if family_number(name) is None:
        raise ValueError("there is no such address family (AF_ALG, AF_VSOCK...)")
    return name


def _known_errno(name: str) -> str:
    if errno_of(name) is None:
        raise ValueError("there is no such error (EPERM, ENOSYS, EACCES...)")
    return name


def _architecture(value: Any) -> Any:
    try:
        abi = Abi.of_name(value) if isinstance(value, str) else value
    except UsageError as error:
        raise ValueError(error.cause) from error
    if isinstance(abi, Abi) and abi is not abi.native:
        raise ValueError(f"there is no separate profile for {abi}: {abi.native.docker}'s covers it")
    return abi


def _runtimes(names: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return parse_runtimes(names)
    except UsageError as error:
        raise ValueError(error.cause) from error


def _real_path(path: str) -> str:
    if not path.startswith("/") or "\0" in path:
        raise ValueError("a path begins with / and is the real one inside the container")
    return path


def _argument(value: Any) -> Any:
    """The condition that ``[index, value]`` or ``[index, value, mask]`` stands for.

    Without a mask a value below 2**32 is compared as an int, whose upper half the kernel ignores.
    """
    numbers = value if isinstance(value, list) else []
    if len(numbers) not in (2, 3) or not all(type(one) is int and 0 <= one <= _HIGHEST for one in numbers):
        raise ValueError("an argument is [index, value] or [index, value, mask], all numbers from 0")
    index, wanted, *rest = numbers
    if index > 5:
        raise ValueError("a call has arguments 0 to 5")
    mask = rest[0] if rest else WHOLE_INT if wanted <= WHOLE_INT else _HIGHEST
    if wanted & ~mask:
        raise ValueError(f"no argument under the mask {mask:#x} is {wanted:#x}")
    return Condition(index, Operator.MASKED_EQUAL, mask, wanted)


def _day(value: Any) -> Any:
    """A date; of a date with a time its day; of text that is no date the text."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        with suppress(ValueError):
            return date.fromisoformat(value)
    elif value is not None and not isinstance(value, date):
        raise ValueError("a day, such as 2027-01-31")
    return value


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Entry(_Strict):
    """``[[subject.NAME.allow]]`` or ``[[subject.NAME.deny]]``: exactly one thing, and why."""

    syscall: Annotated[str, AfterValidator(_known_call)] | None = None
    arguments: tuple[Annotated[Any, BeforeValidator(_argument)], ...] = ()
    capability: Annotated[Any, BeforeValidator(_capability)] = None
    path: Annotated[str, AfterValidator(_real_path)] | None = None
    access: tuple[Access, ...] = ()
    socket: Annotated[str, AfterValidator(_known_family)] | None = None
    errno: Annotated[str, AfterValidator(_known_errno)] | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
    expires: Annotated[date | str | None, BeforeValidator(_day)] = None

    @after(mode="after")
    def _one_thing(self) -> Entry:
        things = (self.syscall, self.capability, self.path, self.socket)
        if sum(thing is not None for thing in things) != 1:
            raise ValueError("give exactly one of syscall, capability, path and socket")
        if self.arguments and self.syscall is None:
            raise ValueError("arguments belong to a syscall")
        if len({one.index for one in self.arguments}) != len(self.arguments):
            raise ValueError("each argument can be given once: two entries for two values")
        if bool(self.access) != (self.path is not None):
            raise ValueError('access = ["read"], "write" or "map_exec" belongs to a path, which needs it')
        return self


class SubjectSettings(_Strict):
    """``[subject.NAME]``: what holds for one subject."""

    image: Annotated[str, StringConstraints(max_length=500)] = ""
    runtimes: Annotated[Many[str], AfterValidator(_runtimes)] = ()
    architectures: Many[Annotated[Any, BeforeValidator(_architecture)]] = ()
    args: Args | None = None
    low_ports: LowPorts | None = None
    allow: Many[Entry] = ()
    deny: Many[Entry] = ()

    @after(mode="after")
    def _errno_of_denials(self) -> SubjectSettings:
        if any(one.errno for one in self.allow):
            raise ValueError("errno belongs to a deny: what is allowed is not answered")
        if any(one.errno and one.syscall is None and one.socket is None for one in self.deny):
            raise ValueError("errno belongs to a syscall or socket that is denied")
        return self


def _subject(name: str) -> str:
    if safe_name(name) != name:
        raise ValueError("a subject has letters, digits, '.', '_' and '-', the first no '.' or '-'")
    return name


class Settings(_Strict):
    """The whole project file."""

    recordings: Annotated[str, StringConstraints(min_length=1)] = "recordings"
    profiles: Annotated[str, StringConstraints(min_length=1)] = "profiles"
    subject: dict[Annotated[str, AfterValidator(_subject)], SubjectSettings] = Field(default_factory=dict)
