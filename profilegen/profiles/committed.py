"""The profiles of one subject as ``emit`` has written them, and smaller ones made of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.errors import ProfilesUnreadableError, SeccompUnreadableError
from profilegen.files.atomic import write_whole
from profilegen.formats import docker_run as docker_args
from profilegen.formats import seccomp
from profilegen.profiles.folder import name_for
from profilegen.seccomp.read import parse
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from profilegen.seccomp.document import Document

ARGUMENTS, SECCOMP = docker_args.FILE, seccomp.FILE
_ADD = "--cap-add="
_FOR = ">"


def exchange(capability: str, other: str) -> str:
    """The item that gives the other one in place of a capability, both as ``CAP_CHOWN``."""
    return capability + _FOR + other


def exchanged(item: str) -> tuple[str, str] | None:
    """The capability that goes and the one that comes; None: the item only takes away."""
    before, found, after = item.partition(_FOR)
    return (before, after) if found else None


@dataclass(frozen=True)
class Profiles:
    """Flags of ``docker run``, one a line, and the seccomp profile; None: there is none."""

    flags: tuple[str, ...]
    seccomp: Document | None
    file: str = SECCOMP
    """Name of the seccomp profile's file."""

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """Those that the flags add, sorted."""
        found = (flag.removeprefix(_ADD) for flag in self.flags if flag.startswith(_ADD))
        return tuple(sorted(Capability(f"CAP_{name}") for name in found))

    @property
    def syscalls(self) -> tuple[str, ...]:
        """Names that the seccomp profile allows, under conditions or not, sorted."""
        return () if self.seccomp is None else tuple(sorted(self.seccomp.allowed))

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files that :meth:`write` writes."""
        return (ARGUMENTS,) if self.seccomp is None else (ARGUMENTS, self.file)

    def run_flags(self, folder: Path) -> tuple[str, ...]:
        """Flags of ``docker run`` with all of it, where the seccomp profile lies in a folder."""
        seccomp = () if self.seccomp is None else (f"--security-opt=seccomp={folder / self.file}",)
        return (*self.flags, *seccomp)

    def without(self, items: Collection[str]) -> Profiles:
        """The same less these capabilities (``CAP_CHOWN``) and calls (``chown``); exchanges are made."""
        pairs = [pair for item in items if (pair := exchanged(item))]
        gone = {_flag(item) for item in (*items, *(before for before, _ in pairs))}
        added = [flag for flag in self.flags if flag.startswith(_ADD)]
        left = sorted({*(one for one in added if one not in gone), *(_flag(after) for _, after in pairs)})
        first = self.flags.index(added[0]) if added else len(self.flags)
        others = [flag for flag in self.flags if flag not in added]
        flags = (*others[:first], *left, *others[first:])
        return replace(self, flags=flags, seccomp=self.seccomp and self.seccomp.without(set(items)))

    def write(self, folder: Path) -> None:
        """Write both files into the subject's folder.

        Raises:
            OutputError: they cannot be written.
        """
        write_whole(folder / ARGUMENTS, "".join(f"{flag}\n" for flag in self.flags), through_link=False)
        if self.seccomp is not None:
            write_whole(folder / self.file, self.seccomp.text, through_link=False)


def read(folder: Path) -> Profiles:
    """The profiles in a subject's folder, for this machine if there are several.

    Raises:
        ProfilesUnreadableError: there are none, or they are not what ``emit`` writes.
    """
    try:
        flags = tuple((folder / ARGUMENTS).read_text().split())
        own = name_for(SECCOMP, Abi.of_machine())
        path = folder / (own if (folder / own).exists() else SECCOMP)
        document = parse(path.read_bytes(), path.name).document if path.exists() else None
        profiles = Profiles(flags, document, path.name)
        profiles.capabilities  # noqa: B018 - read once to be sure
    except (OSError, ValueError, SeccompUnreadableError) as error:
        cause = f"{type(error).__name__}: {error}"
        raise ProfilesUnreadableError(
            f"{printable(str(folder))} has no profiles: {printable(cause, 200)}"
        ) from error
    return profiles


def _flag(capability: str) -> str:
    return _ADD + capability.removeprefix("CAP_")
