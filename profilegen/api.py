"""Profiles from recordings, for Python programs; all other modules are private.

What ``profilegen emit`` does, without a command line, root, or a container engine::

    from pathlib import Path
    from profilegen.api import load, make_profiles

    recordings = [load(path) for path in Path("recordings").glob("*.recording.json")]
    profiles = make_profiles(recordings, architectures=["amd64", "arm64"])
    for policy in profiles.policies:
        for wider in policy.wider:
            print(policy.subject, wider.text)
    profiles.write("profiles")

Each error is a :class:`ProfilegenError` with its ``cause`` and a ``hint``, which is what to type or do next.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from profilegen.abi import Abi
from profilegen.errors import ProfilegenError, UsageError
from profilegen.policy.model import Policy
from profilegen.policy.options import DeriveOptions
from profilegen.profiles import replace
from profilegen.profiles.inputs.read import read_confinements
from profilegen.profiles.make import Made, make
from profilegen.profiles.request import parse
from profilegen.recording import Recording, store
from profilegen.recording.merge import merge as united
from profilegen.review.check.check import CheckOptions
from profilegen.review.check.project import check_recordings
from profilegen.review.diff.diff import diff as compared
from profilegen.review.findings import Finding, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

__all__ = [
    "Finding",
    "Policy",
    "ProfilegenError",
    "Profiles",
    "Recording",
    "Report",
    "check",
    "diff",
    "load",
    "make_profiles",
    "merge",
    "save",
]


@dataclass(frozen=True)
class Profiles:
    """Profiles of some subjects, in memory.

    Attributes:
        policies: the decisions and their reasons, sorted by subject: one for each architecture, those
            that were recorded first, or one for all with ``multi_arch``. ``policy.wider`` lists what
            the reference profile would refuse, ``policy.notes`` what the user should read.
        warnings: what is unusual about the reference profile, a sentence each.
    """

    policies: tuple[Policy, ...]
    warnings: tuple[str, ...]
    _made: Made = field(repr=False, compare=False)

    @property
    def files(self) -> Mapping[tuple[str, str], str]:
        """The text of each file by subject and file name: ``files["web", "seccomp.json"]``."""
        return self._made.files

    def write(self, folder: str | os.PathLike[str]) -> tuple[str, ...]:
        """Write ``FOLDER/SUBJECT/FILE`` as ``profilegen emit -o FOLDER`` does.

        Files of the same name are replaced, each whole or not at all; others are left alone.

        Args:
            folder: made if it does not exist.

        Returns:
            What the user should know about earlier profiles in the folder, a sentence each: flags and
            calls that are gone, files that were not renewed, evidence of ``minimize`` that was set aside.

        Raises:
            ProfilegenError: a folder or file cannot be written; files before it may have been.
        """
        return tuple(replace.write(Path(folder), self._made))


def load(path: str | os.PathLike[str]) -> Recording:
    """Read a recording, ``NAME.recording.json``.

    The file may come from anybody: it is read in bounded memory, and everything in it is checked.

    Args:
        path: the file; at most 256 MiB.

    Returns:
        An immutable value in canonical form: every collection sorted, every item there once.

    Raises:
        ProfilegenError: it cannot be read, is not a recording, or was made by a newer profilegen.
    """
    return store.load(Path(path))


def save(recording: Recording, path: str | os.PathLike[str]) -> None:
    """Write a recording, whole or not at all: the same recording gives the same bytes.

    Args:
        recording: as :func:`load` and :func:`merge` return it.
        path: the file, which is replaced; compressed with gzip if its name ends with ``.gz``.

    Raises:
        ProfilegenError: it cannot be written.
    """
    store.save(recording, Path(path))


def merge(recordings: Iterable[Recording]) -> Recording:
    """The union of recordings of one subject, in canonical form.

    Neither their order nor their number matters, and recordings that were merged can be merged again.

    Args:
        recordings: at least one, all with the same ``subject``.

    Raises:
        ProfilegenError: there is none, or they are of different subjects.
    """
    return united(recordings)


def make_profiles(
    recordings: Iterable[Recording],
    *,
    formats: Iterable[str] = (),
    architectures: Iterable[str] = (),
    subject: str | None = None,
    default_errno: str = "ENOSYS",
    runtimes: Iterable[str] = (),
    default_profile: str | os.PathLike[str] | None = None,
    args: str = "default",
    low_ports: str = "auto",
    portable: bool = True,
    multi_arch: bool = False,
    allow_incomplete: bool = False,
    allow_unknown: bool = False,
    init: bool = False,
    with_apparmor: bool = False,
) -> Profiles:
    """Make the profiles of each subject. Nothing is written.

    The same recordings give the same bytes. Recordings of one subject are merged; a service that several
    projects have is several subjects.

    Args:
        recordings: of any subjects, in any order, as :func:`load` and :func:`merge` return them.
        formats: ``seccomp``, ``caps``, ``docker-run``, ``apparmor`` (default: all).
        architectures: ``amd64``, ``arm64``..., by any of their names (default: the recorded one).
        subject: take all recordings as those of one subject, and call it so.
        default_errno: what calls outside of the profile get: ``EPERM``, ``ENOSYS``, or a number from 1 to
            4095 as text.
        runtimes: container runtimes that will start it: ``runc``, ``crun``, ``youki``, ``any`` (default:
            the recorded one).
        default_profile: a seccomp profile to compare with in place of Docker's default.
        args: which recorded arguments become conditions, beyond those of Docker's default: ``default``
            (those of sockets), ``strict`` (all) or ``none``.
        low_ports: whether NET_BIND_SERVICE is kept for ports below 1024 that were bound without it:
            ``auto`` (if the recorded engine needs it), ``yes`` or ``no``.
        portable: allow what other versions of glibc, musl and Go call instead.
        multi_arch: one ``seccomp.json`` for all architectures.
        allow_incomplete: go on although a recording has gaps.
        allow_unknown: go on although the program made calls that have no name here.
        init: add the calls of an engine's init.
        with_apparmor: add the AppArmor profile's name to the flags of ``docker run``.

    Raises:
        ProfilegenError: a recording has gaps, the choices contradict each other, or ``default_profile``
            cannot be read.
    """
    request = parse(
        formats=formats,
        arches=architectures,
        subject=subject,
        default_errno=default_errno,
        runtimes=runtimes,
        default_profile=None if default_profile is None else Path(default_profile),
        args=args,
        low_ports=low_ports,
        portable=portable,
        multi_arch=multi_arch,
        allow_incomplete=allow_incomplete,
        allow_unknown=allow_unknown,
        init=init,
        with_apparmor=with_apparmor,
    )
    if request.compose:
        raise UsageError("the compose file names paths, and is made by the command alone", "profilegen emit")
    made = make(recordings, request)
    return Profiles(made.policies, request.warnings, made)


def check(
    recordings: Iterable[Recording],
    profiles: str | os.PathLike[str],
    *,
    today: date | None = None,
    strict: bool = False,
    wider_only: bool = False,
    allow_incomplete: bool = False,
    allow_unknown: bool = False,
) -> Report:
    """Evaluate what was recorded against committed profiles, as ``profilegen check`` does. Writes nothing.

    Args:
        recordings: of any subjects, in any order, as :func:`load` and :func:`merge` return them.
        profiles: a folder that ``emit`` wrote, a seccomp profile of OCI, Docker, Podman or Kubernetes, a
            compose file, or a manifest of Kubernetes.
        today: the day for decisions that expire (default: now, UTC).
        strict: what is allowed and no longer seen fails too.
        wider_only: only what Docker's default refuses as well fails.
        allow_incomplete: go on although a recording has gaps.
        allow_unknown: go on although the program made calls that have no name here.

    Returns:
        Findings, the gravest of each subject first. ``report.failed`` is what ends the command with 6.

    Raises:
        ProfilegenError: the profiles cannot be read, or a recording has gaps.
    """
    derive = DeriveOptions(allow_incomplete=allow_incomplete, allow_unknown=allow_unknown)
    options = CheckOptions(strict=strict, wider_only=wider_only, derive=derive)
    return check_recordings(recordings, os.fspath(profiles), options=options, today=today)


def diff(
    old: str | os.PathLike[str], new: str | os.PathLike[str], *, architectures: Iterable[str] = ()
) -> Report:
    """Compare two profiles by meaning, as ``profilegen diff`` does. Writes nothing.

    Args:
        old: a folder that ``emit`` wrote, a seccomp profile, a compose file, or a manifest of Kubernetes.
        new: another one; each subject is compared with that of the same name, or the only one of each.
        architectures: ``amd64``, ``arm64``... (default: those that both have).

    Returns:
        What became possible (``report.failed`` if anything did), and what is so no longer.

    Raises:
        ProfilegenError: one of them cannot be read.
    """
    before, after = ({one.subject: one for one in read_confinements(os.fspath(side))} for side in (old, new))
    return compared(before, after, arches=tuple(map(Abi.of_name, architectures)))
