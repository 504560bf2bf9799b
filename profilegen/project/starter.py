"""The first project file: what is found in a folder, and how decisions are written."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from profilegen.files.yaml import load_yaml
from profilegen.subject import safe_name
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""Files that compose looks for, in its order (compose-spec, "Compose file")."""
_RECORDING = ".recording.json"
_PROFILE = "seccomp.json"
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Found(NamedTuple):
    """What there is to write into a project file.

    Attributes:
        recordings: folder of recordings, relative; None: there is none yet.
        profiles: folder of profiles, relative; None: there is none yet.
        images: image by subject; empty: not known.
        sources: the files that this comes from.
    """

    recordings: str | None
    profiles: str | None
    images: dict[str, str]
    sources: tuple[str, ...]


def look(folder: Path) -> Found:
    """What a folder has: recordings, profiles, a compose file, a Dockerfile.

    Args:
        folder: the project's; its folders are looked into, one level deep.

    Raises:
        InputError: the compose file is not YAML, or larger than any.
        OSError: the folder cannot be read.
    """
    below = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    recordings = next((path for path in below if any(path.glob(f"*{_RECORDING}"))), None)
    profiles = next((path for path in below if any(path.glob(f"*/{_PROFILE}"))), None)
    images: dict[str, str] = {}
    sources = [f"{path.name}/" for path in (recordings, profiles) if path]
    if profiles:
        images |= {path.parent.name: "" for path in sorted(profiles.glob(f"*/{_PROFILE}"))}
    if recordings:
        images |= {
            path.name.removesuffix(_RECORDING): "" for path in sorted(recordings.glob(f"*{_RECORDING}"))
        }
    compose = next((folder / name for name in COMPOSE if (folder / name).is_file()), None)
    if compose:
        images |= dict(_services(load_yaml(compose.read_bytes(), compose.name)))
        sources.append(compose.name)
    elif (folder / "Dockerfile").is_file() and not images:
        images[safe_name(folder.resolve().name)] = ""
        sources.append("Dockerfile")
    known = {name: image for name, image in images.items() if name == safe_name(name)}
    return Found(
        recordings.name if recordings else None, profiles.name if profiles else None, known, tuple(sources)
    )


def _services(documents: tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    """Name and image of each service; of one that is built no image."""
    for document in documents:
        services = document.get("services") if isinstance(document, dict) else None
        for name, service in (services if isinstance(services, dict) else {}).items():
            image = service.get("image") if isinstance(service, dict) else None
            yield safe_name(str(name)), image if isinstance(image, str) and "$" not in image else ""


def written(found: Found) -> str:
    """The text of the project file."""
    lines = [
        "# profilegen's settings of this project, and decisions by hand, which outlive every emit.",
        "",
        f"recordings = {_quoted(found.recordings or 'recordings')}",
        f"profiles = {_quoted(found.profiles or 'profiles')}",
    ]
    for name, image in sorted(found.images.items()):
        key = name if _BARE.fullmatch(name) else _quoted(name)
        lines += ["", f"[subject.{key}]"]
        if image:
            lines.append(f"image = {_quoted(image)}")
    example = next(iter(sorted(found.images)), "web")
    key = example if _BARE.fullmatch(example) else _quoted(example)
    lines += [
        "",
        "# Allow what no test reaches, each with its reason; expires is optional:",
        "#",
        f"# [[subject.{key}.allow]]",
        '# syscall = "mlock"',
        '# reason = "only under memory pressure, no test reaches it"',
        "# expires = 2030-01-31",
        "#",
        "# Deny what the tests do and production shall not:",
        "#",
        f"# [[subject.{key}.deny]]",
        '# syscall = "ptrace"',
        '# reason = "a leak checker in tests"',
    ]
    return "\n".join([*lines, ""])


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's."""
    return json.dumps(printable(text, 500))
