"""A compose file that puts the services of a project under their profiles, to be given after its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profilegen.files.yaml import dump_yaml
from profilegen.formats.reasons_content import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FILE = "compose.profilegen.yaml"
_HEAD = "# Written by profilegen; SHA-256 of the lines below: "
_USE = """\
# Put after the project's own file: docker compose -f compose.yml -f THIS_FILE up
# A path that is relative is looked up from the folder of the project, where emit ran.
"""


@dataclass(frozen=True, slots=True)
class Service:
    """One service, and what it gets.

    Attributes:
        name: as the project's own file calls it.
        flags: of ``docker run``, as ``docker-run.args`` has them.
        seccomp: path of the seccomp profile; empty: there is none.
    """

    name: str
    flags: tuple[str, ...]
    seccomp: str = ""


def render(services: Iterable[Service]) -> str:
    """The text of the file, services sorted by name.

    ``privileged`` is switched off, because with it an engine would leave all this aside. There is no
    ``version``: compose v2 warns of one, and 1.29 does without from 1.27 on.
    """
    ordered = sorted(services, key=lambda one: one.name)
    text = _USE + dump_yaml({"services": {service.name: _settings(service) for service in ordered}})
    return _HEAD + digest(text.encode()) + "\n" + text


def is_as_written(text: str) -> bool:
    """Whether a file is one that :func:`render` gave, and nobody has edited it since."""
    head, _, rest = text.partition("\n")
    return head == _HEAD + digest(rest.encode())


def lists_of(flags: Sequence[str]) -> dict[str, list[str]]:
    """The lists that flags of ``docker run`` are elsewhere, by the keys of compose and of the Docker SDK."""
    return {
        key: [flag.removeprefix(option) for flag in flags if flag.startswith(option)]
        for key, option in (
            ("cap_drop", "--cap-drop="),
            ("cap_add", "--cap-add="),
            ("security_opt", "--security-opt="),
        )
    }


def _settings(service: Service) -> dict[str, object]:
    lists = lists_of(service.flags)
    lists["security_opt"] = [option.replace("=", ":", 1) for option in lists["security_opt"]]
    if service.seccomp:
        lists["security_opt"].append(f"seccomp:{service.seccomp}")
    return {"privileged": False, **{key: values for key, values in lists.items() if values}}
