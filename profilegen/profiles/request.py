"""What profiles are asked for: the choices that the command line and :mod:`profilegen.api` share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from profilegen.abi import Abi
from profilegen.errors import UsageError
from profilegen.formats import registry
from profilegen.policy.options import Choices, DeriveOptions, parse_args, parse_errno, parse_low_ports
from profilegen.policy.steps.calls.runtime import parse_runtimes
from profilegen.seccomp.flags import ARGUMENTS, capabilities_beside
from profilegen.seccomp.read import load
from profilegen.seccomp.reference import DOCKER, Reference
from profilegen.subject import chosen_name
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from profilegen.formats.registry import Format


@dataclass(frozen=True)
class Request:
    """Which files, for what, and how they are derived.

    Attributes:
        options: how each policy is derived.
        formats: names of the formats, in the order of the files; never empty.
        arches: native ABIs (default: the recorded one).
        multi_arch: one seccomp profile for all the architectures.
        with_apparmor: the flags for ``docker run`` name the AppArmor profile.
        subject: the one name for all recordings; empty: each has its own.
        warnings: what the reader of the chosen reference profile should know, a sentence each.
        subjects: what is chosen for a subject of that name, in place of ``options`` and ``arches``.
        compose: the project's compose file, beside the formats.
    """

    options: DeriveOptions = field(default_factory=DeriveOptions)
    formats: tuple[str, ...] = tuple(registry.formats())
    arches: tuple[Abi, ...] = ()
    multi_arch: bool = False
    with_apparmor: bool = False
    subject: str = ""
    warnings: tuple[str, ...] = ()
    subjects: Mapping[str, Choices] = field(default_factory=dict)
    compose: bool = False

    @property
    def files(self) -> Mapping[str, Format]:
        """The formats that were chosen, by name."""
        known = registry.formats(with_apparmor=self.with_apparmor)
        return {name: known[name] for name in self.formats}


def parse(
    *,
    formats: Iterable[str] = (),
    arches: Iterable[str] = (),
    subject: str | None = None,
    default_errno: str = "ENOSYS",
    runtimes: Iterable[str] = (),
    default_profile: Path | None = None,
    args: str = "default",
    low_ports: str = "auto",
    portable: bool = True,
    multi_arch: bool = False,
    allow_incomplete: bool = False,
    allow_unknown: bool = False,
    init: bool = False,
    with_apparmor: bool = False,
) -> Request:
    """The request in the words of the command line; ``profilegen emit --help`` explains each.

    Raises:
        UsageError: a word is none of those that the option takes, or two options contradict each other.
        SeccompUnreadableError: ``default_profile`` cannot be read, or is not a seccomp profile.
    """
    abis = _natives(arches)
    asked = tuple(formats)
    chosen = _known(asked)
    measure, warnings = _measure(default_profile) if default_profile else (DOCKER, ())
    options = DeriveOptions(
        default_errno=parse_errno(default_errno),
        allow_incomplete=allow_incomplete,
        allow_unknown=allow_unknown,
        portable=portable,
        runtimes=parse_runtimes(runtimes),
        need_paths=registry.APPARMOR in chosen,
        measure=measure,
        args=parse_args(args),
        init=init,
        low_ports=parse_low_ports(low_ports),
    )
    return Request(
        options,
        chosen,
        abis,
        multi_arch,
        with_apparmor,
        chosen_name(subject),
        warnings,
        compose=registry.COMPOSE in asked,
    )


def _natives(names: Iterable[str]) -> tuple[Abi, ...]:
    """The native ABIs that were asked for, by any of their names."""
    arches = tuple(dict.fromkeys(Abi.of_name(name) for name in names))
    for abi in arches:
        if abi is not abi.native:
            raise UsageError(
                f"there is no separate profile for {abi}: {abi.native.docker}'s covers it",
                f"--arch {abi.native.docker}",
            )
    return arches


def _known(names: Iterable[str]) -> tuple[str, ...]:
    """The formats of each subject; those that the compose file names are among them."""
    known = registry.formats()
    asked = tuple(dict.fromkeys(registry.SECCOMP if name == registry.COMPOSE else name for name in names))
    for name in asked:
        if name not in known:
            every = ", ".join((*known, registry.COMPOSE))
            raise UsageError(f"--format takes {every}, not {name!r}", "profilegen emit --help")
    return asked or tuple(known)


def _measure(path: Path) -> tuple[Reference, tuple[str, ...]]:
    """The chosen measure, and what its reader should know."""
    document, warnings = load(path)
    name, beside = printable(path.name), capabilities_beside(path)
    return Reference.of_document(document, name, beside, ARGUMENTS), tuple(warnings)
