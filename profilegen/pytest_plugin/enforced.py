"""The committed profiles, in the forms in which tests hand them to containers."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profilegen.containers.labels import SUBJECT
from profilegen.enforce.runner import variable
from profilegen.errors import ProfilesUnreadableError, UsageError
from profilegen.formats import compose
from profilegen.profiles.committed import ARGUMENTS, read
from profilegen.profiles.inputs.compose import services_of
from profilegen.text import printable

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence


class Enforced:
    """The profiles of a folder.

    Args:
        folder: that ``profilegen emit`` wrote.

    Raises:
        ProfilesUnreadableError: it has none, or one that cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._profiles = {path.parent.name: read(path.parent) for path in self._folder.glob(f"*/{ARGUMENTS}")}
        self._temporary: list[tempfile.TemporaryDirectory[str]] = []
        if not self._profiles:
            raise ProfilesUnreadableError(
                f"{printable(str(folder))} has no profiles", "profilegen emit RECORDING... -o DIR"
            )

    def variables(self) -> Mapping[str, str]:
        """``PROFILEGEN_ARGS_SUBJECT`` of each: flags of ``docker run``, separated by spaces.

        Raises:
            UsageError: the folder's path has a space in it.
        """
        if any(char.isspace() for char in str(self._folder)):
            raise UsageError(
                f"{printable(str(self._folder))} has a space, and spaces separate flags in a variable",
                "move the project, or use the fixtures",
            )
        return {
            variable(name): " ".join(profiles.run_flags(self._folder / name))
            for name, profiles in self._profiles.items()
        }

    def keywords(self, subject: str) -> dict[str, Any]:
        """Keyword arguments of the Docker SDK, which takes the profile's text where the command takes a path.

        Raises:
            ProfilesUnreadableError: the subject has no profiles.
        """
        profiles = self._profiles.get(subject)
        if profiles is None:
            known = ", ".join(sorted(self._profiles))
            raise ProfilesUnreadableError(f"there are profiles of {known}, and none of {printable(subject)}")
        lists = compose.lists_of(profiles.flags)
        if profiles.seccomp is not None:
            lists["security_opt"].append(f"seccomp={profiles.seccomp.text}")
        return lists

    def compose_files(self, files: Sequence[str | os.PathLike[str]]) -> list[str]:
        """These compose files, and one more that puts their services under the profiles.

        Raises:
            InputError: a file is not YAML.
        """
        services = tuple(self._services(map(Path, files)))
        if not services:
            return [str(file) for file in files]
        folder = tempfile.TemporaryDirectory(prefix="profilegen-")
        self._temporary.append(folder)
        path = Path(folder.name) / compose.FILE
        path.write_text(compose.render(services))
        return [*(str(file) for file in files), str(path)]

    def close(self) -> None:
        """Remove what was made."""
        for folder in self._temporary:
            folder.cleanup()

    def _services(self, files: Iterable[Path]) -> Iterable[compose.Service]:
        found: dict[str, str] = {}
        for file in files:
            for name, service in services_of(file.read_bytes(), str(file)).items():
                found[name] = self._subject(name, service, file.resolve().parent.name)
        for name, subject in found.items():
            profiles = self._profiles.get(subject)
            if profiles is not None:
                path = "" if profiles.seccomp is None else str(self._folder / subject / profiles.file)
                yield compose.Service(name, profiles.flags, path)

    def _subject(self, service: str, settings: Any, folder: str) -> str:
        """What ``record`` calls a service: by its label, else by its name."""
        labels = settings.get("labels") if isinstance(settings, dict) else None
        if isinstance(labels, list):
            labels = dict(str(label).partition("=")[::2] for label in labels)
        chosen = labels.get(SUBJECT) if isinstance(labels, dict) else None
        if chosen is not None:
            return str(chosen)
        return service if service in self._profiles else f"{folder}-{service}"
