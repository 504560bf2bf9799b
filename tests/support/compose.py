"""compose.yml under emitted profiles: the second file that docker-compose is given beside it."""

import json
from collections.abc import Iterable
from pathlib import Path

COMPOSE_FILE = Path(__file__).with_name("compose.yml")


def hardened(profiles: Path, services: Iterable[str]) -> str:
    """A compose file (JSON, which is YAML) that puts each service under `profiles/<service>`.

    The flags of docker-run.args have keys of their own in compose. The profile's path is absolute, because
    docker-compose 1.29 takes it relative to the current directory and compose v2 relative to the project.
    """
    keys = {service: _keys(profiles.resolve() / service) for service in services}
    return json.dumps({"version": "2.4", "services": keys})


def _keys(profile: Path) -> dict[str, list[str]]:
    """The keys of one service; KeyError for a flag that has none here."""
    keys = {"--cap-drop": "cap_drop", "--cap-add": "cap_add", "--security-opt": "security_opt"}
    found: dict[str, list[str]] = {"security_opt": [f"seccomp:{profile / 'seccomp.json'}"]}
    for line in (profile / "docker-run.args").read_text().splitlines():
        flag, _, value = line.partition("=")
        found.setdefault(keys[flag], []).append(value)
    return found
