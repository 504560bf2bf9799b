"""One file for all services of a compose project, beside the folders of the subjects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from profilegen.errors import UsageError
from profilegen.formats import compose, docker_run, registry
from profilegen.policy.arch_independent import shared
from profilegen.profiles.folder import file_of
from profilegen.profiles.inputs.compose import services_of
from profilegen.recording import said_project, service_of
from profilegen.text import listed, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from profilegen.policy.model import Policy
    from profilegen.profiles.make import Made
    from profilegen.recording import Recording

_NAMED = 8
PROJECT = ""
"""Stands among the subjects of texts for what belongs to all of them."""


class ProjectFile(NamedTuple):
    """The text, and what the user should know about it."""

    text: str
    notes: tuple[str, ...]


def project_file(made: Made, folder: Path, *, with_apparmor: bool) -> ProjectFile:
    """The compose file that puts each service under its profiles.

    Args:
        made: of which the subjects that are services are taken.
        folder: where the subjects' folders are, as the file shall name it.
        with_apparmor: name the AppArmor profiles.

    Raises:
        UsageError: the recordings are of no compose project, or of several.
        InputError: the project's own file is here, and is not YAML.
    """
    services = {one.subject: service_of(one) for one in made.merged if service_of(one)[1].partition(":")[2]}
    projects = {project for _, project in services.values()}
    if len(projects) != 1:
        found = listed(sorted(map(said_project, _first_of_each(made.merged))), _NAMED)
        several = f"these are of several: {found}" if projects else "these recordings are of none"
        raise UsageError(
            f"--format compose makes one file for one compose project; {several}",
            "give the recordings of one project: profilegen emit --format compose RECORDING...",
        )
    known = _services_of(Path(projects.pop().partition(":")[2]))
    taken = {subject: name for subject, (name, _) in services.items() if known is None or name in known}
    text = compose.render(
        _service(taken[each[0].subject], each, folder, with_apparmor=with_apparmor)
        for each in made.each_subject
        if each[0].subject in taken
    )
    left = sorted(made.subjects - taken.keys())
    notes = (
        (f"{compose.FILE} leaves out {listed(left, _NAMED)}: not a service of the project",) if left else ()
    )
    return ProjectFile(text, notes)


def _first_of_each(recordings: Iterable[Recording]) -> Iterable[Recording]:
    return {service_of(one)[1]: one for one in recordings if service_of(one)[1]}.values()


def _services_of(file: Path) -> Collection[str] | None:
    """The names in the project's own file; None: it is not here."""
    if not file.is_file():
        return None
    return services_of(file.read_bytes(), printable(str(file)))


def _service(name: str, each: tuple[Policy, ...], folder: Path, *, with_apparmor: bool) -> compose.Service:
    main = next((policy for policy in each if policy.main), each[0])
    file = file_of(main, registry.formats()[registry.SECCOMP])
    flags = docker_run.render(shared(each), with_apparmor=with_apparmor).split()
    return compose.Service(name, tuple(flags), str(folder / main.subject / file))
