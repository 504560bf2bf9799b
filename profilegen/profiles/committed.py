"""The profiles of one subject as ``emit`` has written them, and smaller ones made of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.errors import ProfilesUnreadableError
from profilegen.files.atomic import write_whole
from profilegen.formats import docker_run as docker_args
from profilegen.formats import seccomp
from profilegen.profiles.folder import name_for
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

ARGUMENTS, SECCOMP = docker_args.FILE, seccomp.FILE
_ADD = "--cap-add="
_ALLOW = "SCMP_ACT_ALLOW"
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
    """Flags of ``docker run``, one a line, and the seccomp profile as JSON has it; None: there is none."""

    flags: tuple[str, ...]
    seccomp: Any
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
        rules = () if self.seccomp is None else self.seccomp["syscalls"]
        return tuple(sorted({name for rule in rules if rule["action"] == _ALLOW for name in rule["names"]}))

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files that :meth:`write` writes."""
        return (ARGUMENTS,) if self.seccomp is None else (ARGUMENTS, self.file)

    def without(self, items: Collection[str]) -> Profiles:
        """The same less these capabilities (``CAP_CHOWN``) and calls (``chown``); exchanges are made."""
        pairs = [pair for item in items if (pair := exchanged(item))]
        gone = {_flag(item) for item in (*items, *(before for before, _ in pairs))}
        added = [flag for flag in self.flags if flag.startswith(_ADD)]
        left = sorted({*(one for one in added if one not in gone), *(_flag(after) for _, after in pairs)})
        first = self.flags.index(added[0]) if added else len(self.flags)
        others = [flag for flag in self.flags if flag not in added]
        flags = (*others[:first], *left, *others[first:])
        return replace(self, flags=flags, seccomp=_less(self.seccomp, set(items)))

    def write(self, folder: Path) -> None:
        """Write both files into the subject's folder.

        Raises:
            OutputError: they cannot be written.
        """
        write_whole(folder / ARGUMENTS, "".join(f"{flag}\n" for flag in self.flags), through_link=False)
        if self.seccomp is not None:
            write_whole(folder / self.file, json.dumps(self.seccomp, indent=2) + "\n", through_link=False)


def read(folder: Path) -> Profiles:
    """The profiles in a subject's folder, for this machine if there are several.

    Raises:
        ProfilesUnreadableError: there are none, or they are not what ``emit`` writes.
    """
    try:
        flags = tuple((folder / ARGUMENTS).read_text().split())
        own = name_for(SECCOMP, Abi.of_machine())
        path = folder / (own if (folder / own).exists() else SECCOMP)
        profiles = Profiles(flags, json.loads(path.read_text()) if path.exists() else None, path.name)
        profiles.capabilities, profiles.syscalls  # noqa: B018 - both are read once to be sure
    except (OSError, ValueError, KeyError, TypeError) as error:
        cause = f"{type(error).__name__}: {error}"
        raise ProfilesUnreadableError(
            f"{printable(str(folder))} has no profiles: {printable(cause, 200)}"
        ) from error
    return profiles


def _flag(capability: str) -> str:
    return _ADD + capability.removeprefix("CAP_")


def _less(seccomp: Any, items: Collection[str]) -> Any:
    if seccomp is None:
        return None
    rules = []
    for rule in seccomp["syscalls"]:
        names = [n for n in rule["names"] if rule["action"] != _ALLOW or n not in items]
        if names:
            rules.append({**rule, "names": names})
    return {**seccomp, "syscalls": rules}
