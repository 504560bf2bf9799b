"""The JSON of a seccomp profile, read and written: OCI's LinuxSeccomp, and what Docker and Podman add to it.

Engines ignore fields that they do not know; here they are kept, so that a file that is read and written again
has all that it had.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from profilegen.abi import Abi
from profilegen.conditions import Condition, Operator
from profilegen.files.untrusted import Many
from profilegen.seccomp.filter import Action
from profilegen.tables.errnos import errno_of

if TYPE_CHECKING:
    from collections.abc import Collection

_BY_SCMP = {abi.scmp: abi for abi in Abi}

Number = Annotated[StrictInt, Field(ge=0, lt=2**64)]
Errno = Annotated[StrictInt, Field(ge=0, lt=2**32)]
Text = Annotated[str, Field(max_length=200)]


class Part(BaseModel):
    """Base of all parts: immutable; fields are in the order in which they are written."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Argument(Part):
    """One comparison; ``valueTwo`` is read for MASKED_EQ alone."""

    index: Annotated[StrictInt, Field(ge=0, le=5)]
    value: Number = 0
    valueTwo: Number = 0  # noqa: N815  the name in the file
    op: Operator

    @classmethod
    def of(cls, condition: Condition) -> Argument:
        """What compares as the condition does."""
        index, operator, value = condition.index, condition.operator, condition.value
        if operator is Operator.MASKED_EQUAL:
            return cls(index=index, value=value, valueTwo=condition.value_two, op=operator)
        return cls(index=index, value=value, op=operator)

    @property
    def condition(self) -> Condition:
        """What it compares."""
        masked = self.op is Operator.MASKED_EQUAL
        return Condition(self.index, self.op, self.value, self.valueTwo if masked else 0)


class Limits(Part):
    """Docker's ``includes`` and ``excludes``."""

    caps: Many[Text] = ()
    arches: Many[Text] = ()
    minKernel: Annotated[str, Field(pattern=r"^\d{1,5}\.\d{1,5}$")] | None = None  # noqa: N815

    @property
    def kernel(self) -> tuple[int, int] | None:
        """Its numbers."""
        if self.minKernel is None:
            return None
        major, minor = self.minKernel.split(".")
        return int(major), int(minor)


class Entry(Part):
    """One element of ``syscalls``."""

    names: Many[Text] = ()
    name: Text = ""
    """The older way, of Docker alone."""
    action: Action
    errnoRet: Errno | None = None  # noqa: N815
    errno: Text = ""
    """``EPERM``: Podman and CRI-O."""
    args: Many[Argument] = ()
    comment: str = ""
    includes: Limits = Limits()
    excludes: Limits = Limits()

    @model_validator(mode="after")
    def _one_way_to_name(self) -> Entry:
        if self.name and self.names:
            raise ValueError("'name' and 'names' are both there, which Docker refuses")
        _number(self.errno)
        return self

    @property
    def calls(self) -> tuple[str, ...]:
        """Names of the calls this entry applies to."""
        return self.names or ((self.name,) if self.name else ())

    @property
    def number(self) -> int:
        """The errno, EPERM if the file says nothing."""
        return _errno(self.errno, self.errnoRet)


class Family(Part):
    """One element of ``archMap``: what a daemon on the first also lets run."""

    architecture: Text
    subArchitectures: Many[Text] = ()  # noqa: N815


class Document(Part):
    """The whole file."""

    defaultAction: Action  # noqa: N815
    defaultErrnoRet: Errno | None = None  # noqa: N815
    defaultErrno: Text = ""  # noqa: N815
    architectures: Many[Text] = ()
    archMap: Many[Family] = ()  # noqa: N815
    syscalls: Many[Entry] = ()

    @model_validator(mode="after")
    def _known(self) -> Document:
        if self.architectures and self.archMap:
            raise ValueError("'architectures' and 'archMap' are both there, which Docker refuses")
        for name in (*self.architectures, *self.families):
            if name not in _BY_SCMP:
                raise ValueError(f"{name[:40]!r} is not an architecture")
        _number(self.defaultErrno)
        return self

    @property
    def number(self) -> int:
        """The errno of the default, EPERM if the file says nothing."""
        return _errno(self.defaultErrno, self.defaultErrnoRet)

    @property
    def families(self) -> tuple[str, ...]:
        """Every name in ``archMap``."""
        return tuple(
            name for family in self.archMap for name in (family.architecture, *family.subArchitectures)
        )

    @property
    def allowed(self) -> frozenset[str]:
        """Names that an entry allows, under conditions or not."""
        return frozenset(
            name for entry in self.syscalls if entry.action is Action.ALLOW for name in entry.calls
        )

    def without(self, calls: Collection[str]) -> Document:
        """The same without entries that allow these calls."""
        entries = (
            _without(entry, calls) if entry.action is Action.ALLOW else entry for entry in self.syscalls
        )
        return self.model_copy(update={"syscalls": tuple(entry for entry in entries if entry.calls)})

    @property
    def text(self) -> str:
        """The file: what was set, nothing that only has a default."""
        return json.dumps(self.model_dump(mode="json", exclude_unset=True), indent=2) + "\n"

    def abis(self, arch: Abi) -> tuple[Abi, ...]:
        """What the filter lists on a machine of this architecture, which is always in it."""
        listed = self.architectures or next(
            (family.subArchitectures for family in self.archMap if family.architecture == arch.scmp), ()
        )
        return (arch, *sorted({_BY_SCMP[name] for name in listed} - {arch}))


def _without(entry: Entry, calls: Collection[str]) -> Entry:
    if entry.name:
        return entry.model_copy(update={"name": "" if entry.name in calls else entry.name})
    return entry.model_copy(update={"names": tuple(name for name in entry.names if name not in calls)})


def _errno(name: str, number: int | None) -> int:
    return _number(name or "EPERM") if name or number is None else number


def _number(name: str) -> int:
    """The amd64 number of an errno name; 0 for an empty one."""
    found = errno_of(name) if name else 0
    if found is None:
        raise ValueError(f"{name[:40]!r} is not an errno name")
    return found
