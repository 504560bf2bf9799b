"""A compose file that puts the services of a project under their profiles, to be given after its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILE = "compose.profilegen.yaml"
_ADD, _DROP, _OPTION = "--cap-add=", "--cap-drop=", "--security-opt="


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

    Every value is a JSON string, which YAML reads as one: no name can become syntax. ``privileged`` is
    switched off, because with it an engine would leave all this aside.
    """
    lines = ["services:"]
    for service in sorted(services, key=lambda one: one.name):
        lines += _lines(service)
    return "".join(f"{line}\n" for line in lines)


def _lines(service: Service) -> Iterator[str]:
    options = [flag.removeprefix(_OPTION) for flag in service.flags if flag.startswith(_OPTION)]
    if service.seccomp:
        options.append(f"seccomp:{service.seccomp}")
    yield f"  {json.dumps(service.name)}:"
    yield "    privileged: false"
    yield from _list(
        "cap_drop", (flag.removeprefix(_DROP) for flag in service.flags if flag.startswith(_DROP))
    )
    yield from _list("cap_add", (flag.removeprefix(_ADD) for flag in service.flags if flag.startswith(_ADD)))
    yield from _list("security_opt", (option.replace("=", ":", 1) for option in options))


def _list(key: str, values: Iterable[str]) -> Iterator[str]:
    found = list(values)
    if found:
        yield f"    {key}:"
        yield from (f"      - {json.dumps(value)}" for value in found)
