"""The JSON of a seccomp profile: OCI's LinuxSeccomp, and what Docker and Podman add to it.

Engines ignore fields that they do not know, and so does this.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from profilegen.abi import Abi
from profilegen.conditions import Operator
from profilegen.files.untrusted import Many
from profilegen.seccomp.filter import Action
from profilegen.tables.errnos import errno_of

_BY_SCMP = {abi.scmp: abi for abi in Abi}

Number = Annotated[StrictInt, Field(ge=0, lt=2**64)]
Errno = Annotated[StrictInt, Field(ge=0, lt=2**32)]
Text = Annotated[str, Field(max_length=200)]


class Part(BaseModel):
    """Base of all parts: immutable."""

    model_config = ConfigDict(frozen=True)


class Argument(Part):
    """One comparison; ``valueTwo`` is read for MASKED_EQ alone."""

    index: Annotated[StrictInt, Field(ge=0, le=5)]
    op: Operator
    value: Number = 0
    valueTwo: Number = 0  # noqa: N815  the name in the file


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
        """Whom it is for."""
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

    def abis(self, arch: Abi) -> tuple[Abi, ...]:
        """What the filter lists on a machine of this architecture, which is always in it."""
        listed = self.architectures or next(
            (family.subArchitectures for family in self.archMap if family.architecture == arch.scmp), ()
        )
        return (arch, *sorted({_BY_SCMP[name] for name in listed} - {arch}))


def _errno(name: str, number: int | None) -> int:
    return _number(name or "EPERM") if name or number is None else number


def _number(name: str) -> int:
    """Of a name such as ``ENOSYS``, on amd64; of none 0."""
    found = errno_of(name) if name else 0
    if found is None:
        raise ValueError(f"{name[:40]!r} is not an errno name")
    return found
